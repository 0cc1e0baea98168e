import FathomCore
import FathomMedia
import FathomTensor

extension InspectCommand {
    /// What the extension of a file says about it.
    enum FileKind: String, CaseIterable {
        case image, depth, mesh, video, weights

        var extensions: [String] {
            switch self {
            case .image: ["jpg", "jpeg", "png"]
            case .depth: ["exr", "pfm", "npy", "npz", "dmb", "bin"]
            case .mesh: ["ply", "obj", "glb", "stl"]
            case .video: ["mp4", "mov", "m4v", "mkv", "webm", "avi", "ts", "mts", "mpg", "mpeg", "wmv", "flv", "3gp", "gif"]
            case .weights: ["safetensors", "pth", "pt"]
            }
        }

        init?(_ path: String) {
            guard let kind = Self.allCases.first(where: { $0.extensions.contains(path.pathExtension) }) else { return nil }
            self = kind
        }
    }

    /// What a folder that is no scene holds: how many files of each kind, and what can be done with its photos.
    static func folder(_ path: String) throws -> JSONObject {
        let names = try FileSystem.list(path).filter { !$0.hasPrefix(".") }
        let kinds = names.map { FileKind($0) }
        guard kinds.contains(where: { $0 != nil }) else {
            throw FathomError(
                .inputInvalid, names.isEmpty ? "is empty" : "holds no scene and no file of a known kind",
                remedy: "check the path", at: path)
        }
        let photos = zip(names, kinds).filter { $0.1 == .image }.map { path.appendingPath($0.0) }
        let hasPhotosOnly = kinds.allSatisfy { $0 == .image || $0 == nil }
        var facts: JSONObject = ["kind": hasPhotosOnly ? "photos" : "folder"]
        for kind in FileKind.allCases {
            let count = kinds.count { $0 == kind }
            if count > 0 { facts["\(kind.rawValue)_files"] = .int(count) }
        }
        let sizes = Set(photos.compactMap { try? ImageFile.size(of: $0) }.map { "\($0.width)×\($0.height)" }).sorted()
        if !sizes.isEmpty { facts["sizes"] = .array(sizes.prefix(8).map { .string($0) }) }
        if hasPhotosOnly { facts["poses"] = "none; fathom mesh and fathom mvs find them with --poses colmap" }
        return facts
    }

    /// What a file of trained weights holds.
    static func weights(_ path: String) throws -> JSONObject {
        let file = try Checkpoint(path: path)
        let parameters = file.shapes.values.reduce(0) { $0 + $1.reduce(1, *) }
        var facts: JSONObject = ["kind": "weights", "tensors": .int(file.shapes.count), "parameters": .int(parameters)]
        for (key, value) in file.metadata.sorted(by: { $0.key < $1.key }) { facts[key] = .string(value) }
        return facts
    }
}
