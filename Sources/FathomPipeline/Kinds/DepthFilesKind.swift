import FathomCore
import FathomEvaluation
import FathomGeometry
import FathomGraph

/// Files with true depth, each named after a view.
public struct DepthFilesKind: ValueKind {
    public typealias Content = DepthFiles
    public typealias Part = Never

    public let name = "depth-files"
    public let subject = "files with true depth, named after the views"
    public let color = "#7d8590"
    public let isReadable = true

    public func extent(of files: DepthFiles) -> PortExtent { PortExtent(count: files.files.count, bytes: 0) }

    public func read(_ request: InputRequest) throws -> LoadedInput {
        let depth = try DepthFiles(request.path)
        // How codes are read depends on where the files lie.
        let layouts = depth.files.map { DepthLayout.coding(of: $0.path)?.coding.word ?? "" }
        let digests = zip(layouts, request.readableDigests(of: depth.files.map(\.path))).map { "\($0) \($1)" }
        return LoadedInput(
            PortValue(self, depth), identity: ListIdentity(digests, names: depth.files.map(\.stem)),
            facts: ["files": .int(depth.files.count)])
    }
}

extension ValueKind where Self == DepthFilesKind {
    public static var depthFiles: DepthFilesKind { DepthFilesKind() }
}
