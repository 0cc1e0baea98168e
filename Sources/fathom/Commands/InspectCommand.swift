import FathomCore
import FathomGeometry
import FathomGraph
import FathomMedia
import FathomMesh
import FathomPipeline

/// `fathom inspect FILE…`: what a file or scene folder holds.
enum InspectCommand: Subcommand {
    static let command = Command(
        "inspect", "tell what files and scene folders hold",
        positionals: [.init("FILE", "scenes, images, videos, depth maps, meshes, point clouds", count: 1...Int.max)],
        groups: [SceneFlags(), DepthReadingFlags(), ReadLimits(), GlobalOptions()])

    static func run(_ arguments: ParsedCommand, _ session: Session) throws -> CommandResult {
        let paths = arguments.arguments("FILE")
        let scene = (arguments.options() as SceneFlags).options
        let reading = (arguments.options() as DepthReadingFlags).reading
        var result = CommandResult()
        for path in paths {
            do {
                var facts: JSONObject = ["path": .string(path)]
                for (key, value) in try inspect(path, scene: scene, depth: reading).members { facts[key] = value }
                result.items.append(facts)
                result.text += path + "\n"
                for (key, value) in facts.members.dropFirst() { result.text += text(key, value) }
            } catch let error as FathomError where paths.count > 1 && error.code != .interrupted {
                result.failures.append(ItemFailure(item: path, error: error))
            }
        }
        if !result.failures.isEmpty {
            result.text += "not readable (\(result.failures.count)):\n"
            for failure in result.failures { result.text += "  \(failure.error.located(at: failure.item))\n" }
        }
        return result
    }

    private static func text(_ key: String, _ value: JSONValue) -> String {
        if key == "checks", case .array(let checks) = value { return "  checks:\n" + text(checks: checks) }
        return "  \(key): \(plain(value))\n"
    }

    static func plain(_ value: JSONValue) -> String {
        if case .string(let text) = value { text } else { value.text(pretty: true) }
    }

    private static func inspect(_ path: String, scene options: SceneOptions, depth reading: DepthReading) throws -> JSONObject {
        if SceneReader.recognises(path) { return try scene(path, options: options) }
        if FileSystem.kind(of: path) == .folder { return try folder(path) }
        switch FileKind(path) {
        case .image: return try isDepth(path, reading) ? depth(path, reading) : image(path)
        case .depth where try DepthStack.isStack(path): return try depthSequence(DepthStack(path, as: reading))
        case .depth: return try depth(path, reading)
        case .mesh: return try mesh(path)
        case .video: return try video(path)
        case .weights: return try weights(path)
        case nil:
            _ = try FileSystem.size(of: path)
            throw FathomError(
                .inputInvalid, "is of no known kind",
                remedy: "known are scene folders, " + FileKind.allCases.flatMap(\.extensions).joined(separator: ", "), at: path)
        }
    }

    private static func image(_ path: String) throws -> JSONObject {
        let image = try ImageFile.read(path)
        let bits: Int
        switch image.samples {
        case .u8: bits = 8
        case .u16: bits = 16
        }
        return [
            "kind": "image", "width": .int(image.width), "height": .int(image.height), "channels": .int(image.channels),
            "bits": .int(bits), "orientation": .int(image.orientation),
        ]
    }

    private static func video(_ path: String) throws -> JSONObject {
        let video = try VideoFacts(of: path)
        var facts: JSONObject = [
            "kind": "video", "container": .string(video.container), "codec": .string(video.codec),
            "pixel_format": .string(video.pixelFormat), "width": .int(video.width), "height": .int(video.height),
            "orientation": .int(video.orientation),
        ]
        if let rate = video.frameRate { facts["frame_rate"] = .double(rate) }
        if let duration = video.duration { facts["seconds"] = .double(duration) }
        if let count = video.frameCount { facts["frames"] = .int(count) }
        if !video.metadata.isEmpty {
            let entries = video.metadata.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) }
            facts["metadata"] = .object(JSONObject(entries))
        }
        if !video.warnings.isEmpty { facts["warnings"] = .array(video.warnings.map { .string($0) }) }
        return facts
    }

    /// Whether the codes of a PNG file are depth, by its own words, by its place or because the user says so.
    private static func isDepth(_ path: String, _ reading: DepthReading) throws -> Bool {
        guard path.pathExtension == "png" else { return false }
        if reading.coding != nil || DepthLayout.coding(of: path) != nil { return true }
        return try PNG16Codec.coding(of: ImageFile.read(path), name: path) != nil
    }

    private static func depth(_ path: String, _ reading: DepthReading) throws -> JSONObject {
        let content = try DepthFile.content(of: path, as: reading)
        let map = content.map
        var facts = depth(
            "depth", [], width: map.width, height: map.height, map.convention, valid: map.values.finiteCount,
            pixels: map.values.pixelCount, range: map.values.finiteRange)
        if let coding = content.coding {
            let side = coding.kind == .linear ? "depth" : "1 / depth"
            facts["coding"] = .string("\(side) = \(coding.scale) × code" + (coding.offset == 0 ? "" : " + \(coding.offset)"))
        }
        if !content.notes.isEmpty { facts["notes"] = .array(content.notes.map { .string($0) }) }
        return facts
    }

    /// What `fathom video` writes as one array.
    private static func depthSequence(_ stack: DepthStack) throws -> JSONObject {
        var valid = 0
        var range: ClosedRange<Float>?
        for index in 0..<stack.count {
            let values = try stack.map(index).values
            valid += values.finiteCount
            guard let own = values.finiteRange else { continue }
            range = range.map { min($0.lowerBound, own.lowerBound)...max($0.upperBound, own.upperBound) } ?? own
        }
        var facts = depth(
            "depth sequence", [("frames", .int(stack.count))], width: stack.width, height: stack.height, stack.convention,
            valid: valid, pixels: stack.count * stack.width * stack.height, range: range)
        if !stack.notes.isEmpty { facts["notes"] = .array(stack.notes.map { .string($0) }) }
        return facts
    }

    private static func depth(
        _ kind: String, _ more: [(String, JSONValue)], width: Int, height: Int, _ convention: DepthConvention, valid: Int,
        pixels: Int, range: ClosedRange<Float>?
    ) -> JSONObject {
        var facts = JSONObject([("kind", .string(kind))] + more)
        facts["width"] = .int(width)
        facts["height"] = .int(height)
        facts["convention"] = .string(convention.word)
        facts["valid_share"] = .double(Double(valid) / Double(pixels))
        if let unit = convention.unit { facts["unit"] = .string(unit) }
        if let range {
            facts["minimum"] = .double(Double(range.lowerBound))
            facts["maximum"] = .double(Double(range.upperBound))
        }
        return facts
    }

    private static func mesh(_ path: String) throws -> JSONObject {
        let mesh = try MeshFile.read(path)
        var facts: JSONObject = [
            "kind": mesh.triangles.isEmpty ? "points" : "mesh", "vertices": .int(mesh.positions.count),
            "triangles": .int(mesh.triangles.count), "normals": .bool(!mesh.normals.isEmpty),
            "colors": .bool(!mesh.colors.isEmpty),
        ]
        if !mesh.triangles.isEmpty {
            let topology = try MeshTopology(of: mesh)
            facts["open_edges"] = .int(topology.openEdgeCount)
            facts["non_manifold_edges"] = .int(topology.nonManifoldEdgeCount)
            facts["non_manifold_vertices"] = .int(topology.nonManifoldVertexCount)
            facts["components"] = .int(topology.componentCount)
            facts["euler_characteristic"] = .int(topology.eulerCharacteristic)
        }
        if let first = mesh.positions.first {
            let lower = mesh.positions.reduce(first) { pointwiseMin($0, $1) }
            let upper = mesh.positions.reduce(first) { pointwiseMax($0, $1) }
            facts["bounds"] = box(SIMD3<Double>(lower), SIMD3<Double>(upper))
        }
        return facts
    }

    static func box(_ lower: SIMD3<Double>, _ upper: SIMD3<Double>) -> JSONValue {
        .array([lower.x, lower.y, lower.z, upper.x, upper.y, upper.z].map { .double($0) })
    }
}

extension Raster<Float> {
    fileprivate var finiteCount: Int { samples.array.count { $0.isFinite } }
}
