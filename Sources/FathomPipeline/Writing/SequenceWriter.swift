import FathomCore
import FathomGeometry
import FathomGraph
import FathomMedia

/// Writes sequences, one file per item or all in one file, without holding more than a few items.
struct SequenceWriter {
    private let place: OutputPlace
    private let progress: ProgressReporter

    init(_ place: OutputPlace, _ progress: ProgressReporter) {
        self.place = place
        self.progress = progress
    }

    private var template: String { place.template }
    private var folder: String { place.folder }
    private var path: String { place.path }

    /// Depth maps: files of `DepthFile`, or one NPZ file with all, or a lossless video. The codes of PNG files and of the video
    /// mean the same over all frames of a video.
    ///
    /// - Throws: `cannotCreate`, `io`; `stageFailed` for maps of different sizes in one file.
    func write(_ sequence: DepthSequence) throws -> WrittenFiles {
        let common = sequence.frameRate.map { _ in PNG16Codec.Coding(kind: .linear, spanning: sequence.range ?? 0...1) }
        var facts = JSONObject()
        facts["unit"] = sequence.convention.unit.map { .string($0) }
        facts["range"] = sequence.range.map { [.double(Double($0.lowerBound)), .double(Double($0.upperBound))] }
        if place.isPerItem {
            let isCoded = place.format == "png"
            let coding: ((DepthMap) -> PNG16Codec.Coding)? =
                isCoded && common == nil ? { DepthFile.coding(of: $0.values) } : nil
            if isCoded { facts["coding"] = common?.json }
            let files = try write(Self.stream(sequence), coding: coding) { try DepthFile.write($0, to: $1, coding: common) }
            return WrittenFiles(files, facts: facts)
        }
        if place.format == "npz" {
            try writeArray(sequence)
            return WrittenFiles(place, facts: facts)
        }
        guard let common else { throw noTimes }
        try writeLossless(sequence, common)
        facts["coding"] = common.json
        return WrittenFiles(place, facts: facts)
    }

    /// Pictures: PNG or JPEG files, or one video.
    ///
    /// - Throws: `cannotCreate`, `io`, `unavailable` without the encoder; `stageFailed` for pictures without times in a video.
    func write(_ pictures: FrameStream<Raster<UInt8>>) throws -> WrittenFiles {
        if place.isPerItem { return WrittenFiles(try write(pictures) { try PictureFiles.write($0, to: $1) }) }
        guard let rate = pictures.frameRate else { throw noTimes }
        let video = try VideoWriter(path, coding: .h264, frameRate: rate)
        try forEach(pictures) { element in
            if let time = element.time { try video.append(element.item, at: time) }
        }
        try video.finish()
        return WrittenFiles(place)
    }

    /// Point clouds: PLY files.
    ///
    /// - Throws: `cannotCreate` or `io`.
    func write(_ clouds: FrameStream<PointCloud>) throws -> WrittenFiles {
        WrittenFiles(try write(clouds) { try PLYFile.write($0, to: $1) })
    }

    // MARK: Depth in one file

    /// Arrays `depths` [N, H, W], `times` [N] in seconds where there are times, and `convention` as in `DepthFile`.
    private func writeArray(_ sequence: DepthSequence) throws {
        let size = try commonSize(sequence)
        let file = try NPZWriter(path: path)
        try file.begin("depths", Float.self, shape: [sequence.count, size.height, size.width])
        try forEach(Self.stream(sequence)) { element in
            try file.append(DepthFile.stored(element.item.values, sequence.convention).samples)
        }
        try file.end()
        let times = sequence.frames.compactMap { $0.time?.seconds }
        if times.count == sequence.count { try file.add("times", Buffer(times), shape: [times.count]) }
        try DepthFile.addConvention(sequence.convention, to: file)
        try file.finish()
    }

    private func writeLossless(_ sequence: DepthSequence, _ coding: PNG16Codec.Coding) throws {
        _ = try commonSize(sequence)
        let video = try VideoWriter(
            path, coding: .losslessGray16, frameRate: sequence.frameRate ?? 1,
            metadata: PNG16Codec.text(of: coding) + sequence.convention.text)
        try forEach(Self.stream(sequence)) { element in
            if let time = element.time { try video.append(PNG16Codec.encode(element.item.values, as: coding), at: time) }
        }
        try video.finish()
    }

    private func commonSize(_ sequence: DepthSequence) throws -> (width: Int, height: Int) {
        guard let size = sequence.commonSize else {
            throw FathomError(
                .stageFailed, "images of different sizes do not fit into one file",
                remedy: "write one file per image with {stem} in the path", at: template)
        }
        return size
    }

    private var noTimes: FathomError {
        FathomError(.stageFailed, "images have no times, which a video needs", remedy: "use an input of type video", at: template)
    }

    private static func stream(_ sequence: DepthSequence) -> FrameStream<DepthMap> {
        FrameStream(count: sequence.count, frameRate: sequence.frameRate) {
            var index = 0
            return {
                guard index < sequence.count else { return nil }
                defer { index += 1 }
                let frame = sequence.frames[index]
                return .init(stem: frame.stem, time: frame.time, item: try sequence.map(at: index))
            }
        }
    }

    // MARK: Streams

    /// Calls `body` for each item in order, reporting progress.
    private func forEach<Item>(
        _ stream: FrameStream<Item>, _ body: (FrameStream<Item>.Element) throws -> Void
    ) throws {
        let task = progress.begin("writing \(template.replacing("{stem}", with: "*"))", total: stream.count, unit: unit(stream))
        defer { task.finish() }
        let next = try stream.iterator()
        while let element = try next() {
            try Interrupt.check()
            try body(element)
            task.advance()
        }
    }

    /// One file per item; as many at a time as there are threads.
    ///
    /// - Parameter coding: what the codes of a file mean, where each has a coding of its own.
    private func write<Item: Sendable>(
        _ stream: FrameStream<Item>, coding: ((Item) -> PNG16Codec.Coding)? = nil,
        _ write: @Sendable (Item, String) throws -> Void
    ) throws -> [WrittenFiles.File] {
        let task = progress.begin("writing \(template.replacing("{stem}", with: "*"))", total: stream.count, unit: unit(stream))
        defer { task.finish() }
        var files: [WrittenFiles.File] = []
        let next = try stream.iterator()
        while true {
            var batch: [FrameStream<Item>.Element] = []
            while batch.count < ThreadPool.shared.threads, let element = try next() { batch.append(element) }
            if batch.isEmpty {
                if stream.frameRate != nil { try warnOfOthers(than: files) }
                return files
            }
            let paths = batch.map { template.replacing("{stem}", with: $0.stem) }
            files += zip(paths, batch).map { path, element in
                WrittenFiles.File(path: path, coding: coding?(element.item).json)
            }
            let pieces = zip(batch, paths).map { (item: $0.item, path: folder.appendingPath($1)) }
            try ThreadPool.shared.parallelFor(pieces.count) { (index: Int) throws in
                try Interrupt.check()
                try write(pieces[index].item, pieces[index].path)
            }
            task.advance(by: batch.count)
        }
    }

    /// Frames of an earlier, longer run would pass for frames of this one.
    private func warnOfOthers(than files: [WrittenFiles.File]) throws {
        let place = template.parentPath
        let own = Set(files.map { $0.path.lastPathComponent })
        let others = try FileSystem.list(folder.appendingPath(place)).filter { !$0.hasPrefix(".") && !own.contains($0) }
        guard !place.isEmpty, let first = others.first else { return }
        let count = others.count == 1 ? "one file that is" : "\(others.count) files that are"
        progress.warn(
            "\(folder.appendingPath(place)) also holds \(count) not of this run, such as \(first); remove what is old, or choose "
                + "another folder with -o")
    }

    private func unit<Item>(_ stream: FrameStream<Item>) -> String { stream.frameRate == nil ? "images" : "frames" }
}
