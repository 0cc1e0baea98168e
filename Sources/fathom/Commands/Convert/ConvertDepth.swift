import FathomCore
import FathomEvaluation
import FathomGeometry
import FathomGraph
import FathomPipeline
import Synchronization

/// `fathom convert` of depth: a file, the files of a folder, or the maps of an npz file.
struct ConvertDepth {
    private let reading: DepthReading
    private let writing: DepthWritingFlags
    private let session: Session

    init(_ arguments: ParsedCommand, _ session: Session) {
        reading = (arguments.options() as DepthReadingFlags).reading
        writing = arguments.options()
        self.session = session
    }

    func run(_ input: String, _ output: String) throws -> CommandResult {
        let toFolder = writing.format != nil
        let type = writing.format?.fileExtension ?? output.pathExtension
        if writing.coding != nil && type != "png" {
            throw FathomError(.usage, "only PNG files have codes", remedy: "leave it out or write png", at: "--coding")
        }
        let source = try Source(input, reading)
        if toFolder {
            let names = source.stems.map { "\($0).\(type)" }
            return try writeFiles(source, to: names.map { output.appendingPath($0) }, folder: output)
        }
        if source.isSingle { return try writeFiles(source, to: [output], folder: nil) }
        guard type == "npz" else {
            throw FathomError(
                .usage, "\(source.stems.count) depth maps do not fit into one .\(type) file",
                remedy: "write an npz file, or a folder with --format", at: output)
        }
        return try writeStack(source, to: output)
    }

    /// Each map to a file of its own. Maps that fail are listed, and the others go on.
    private func writeFiles(_ source: Source, to paths: [String], folder: String?) throws -> CommandResult {
        if let folder { try FileSystem.makeFolder(folder) }
        let task = paths.count > 1 ? session.progress.begin("convert", total: paths.count, unit: "depth maps") : nil
        let remarks = Mutex(DepthRemarks())
        let failed = Mutex([Int: FathomError]())
        try ThreadPool.shared.parallelFor(paths.count) { (index: Int) throws(any Error) in
            try Interrupt.check()
            do {
                var own = DepthRemarks()
                let map = try converted(source, index, &own)
                if let coding = writing.coding {
                    own.addUnfit(try DepthFile.write(map, to: paths[index], as: coding), coding)
                } else {
                    try DepthFile.write(map, to: paths[index])
                }
                remarks.withLock { $0.add(own) }
            } catch let error as FathomError where error.code != .interrupted {
                failed.withLock { $0[index] = error.located(at: source.names[index]) }
            }
            task?.advance()
        }
        task?.finish()
        let failures = failed.withLock { $0 }.sorted { $0.key < $1.key }
        if failures.count == paths.count, let first = failures.first?.value {
            if paths.count == 1 { throw first }
            throw FathomError(first.code, "none of the \(paths.count) depth maps can be converted; the first: \(first)")
        }
        remarks.withLock { $0.warn(session, of: paths.count > 1 ? nil : source.names[0]) }
        let done = paths.count - failures.count
        var text = folder.map { "\($0): \(done) depth maps\n" } ?? "\(paths[0])\n"
        if !failures.isEmpty {
            text += "without a result (\(failures.count)):\n" + failures.map { "\($0.value)\n" }.joined()
        }
        return CommandResult(
            text: text, outputs: [folder.map { ("folder", $0) } ?? ("file", paths[0])], figures: [("depth_maps", Double(done))],
            failures: failures.map { ItemFailure(item: source.names[$0.key], error: $0.value) })
    }

    private func writeStack(_ source: Source, to path: String) throws -> CommandResult {
        var remarks = DepthRemarks()
        let task = session.progress.begin("convert", total: source.stems.count, unit: "depth maps")
        try DepthStack.write(count: source.stems.count, to: path) { index in
            defer { task.advance() }
            return try converted(source, index, &remarks)
        }
        task.finish()
        remarks.warn(session, of: nil)
        return CommandResult(
            text: "\(path): \(source.stems.count) depth maps\n", outputs: [("file", path)],
            figures: [("depth_maps", Double(source.stems.count))])
    }

    /// Map `index` as it is to be written.
    private func converted(_ source: Source, _ index: Int, _ remarks: inout DepthRemarks) throws -> DepthMap {
        let content = try source.load(index)
        let (map, lost) = try content.map.converted(to: writing.target(of: content.map.convention))
        remarks.add(content.notes)
        remarks.addFar(lost)
        return map
    }

    /// The maps to convert.
    private struct Source {
        let names: [String]
        let stems: [String]
        /// Whether one file with one map was given.
        let isSingle: Bool
        let load: @Sendable (Int) throws -> (map: DepthMap, notes: [String])

        init(_ path: String, _ reading: DepthReading) throws {
            if try DepthStack.isStack(path) {
                let stack = try DepthStack(path, as: reading)
                names = (0..<stack.count).map { stack.name($0) }
                stems = (0..<stack.count).map { String(repeating: "0", count: max(0, 6 - "\($0)".count)) + "\($0)" }
                isSingle = false
                let notes = stack.notes + (stack.hasTimes ? ["not kept: the times of the frames"] : [])
                load = { (try stack.map($0), notes) }
                return
            }
            let files = try DepthFiles(path)
            names = files.files.map(\.path)
            stems = files.files.map(\.stem)
            isSingle = FileSystem.kind(of: path) != .folder
            load = { index in
                let content = try DepthFile.content(of: files.files[index].path, as: reading)
                return (content.map, content.notes)
            }
        }
    }
}
