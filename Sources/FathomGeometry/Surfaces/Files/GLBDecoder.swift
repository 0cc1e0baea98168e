import FathomCore

/// Decodes a binary glTF file; every index, offset and count comes from outside and is checked before use.
struct GLBDecoder {
    private let document: JSONNode
    private let bytes: [UInt8]
    /// Where the binary chunk lies in `bytes`.
    private let data: Range<Int>
    private var mesh = Mesh()
    /// Cleared when a primitive lacks what others have.
    private var (hasNormals, hasColors) = (true, true)
    private var visited = Set<Int>()
    /// Primitives that are points, lines or strips.
    private var otherPrimitives = 0
    private let limits = ReadLimits.current
    /// The lists that nodes, meshes and accessors are looked up in.
    private let lists: [String: [JSONNode]]

    init(_ bytes: [UInt8], name: String) throws {
        var reader = ByteReader(bytes, path: name)
        guard try reader.integer(UInt32.self, "the header") == 0x4654_6C67 else { throw reader.failure("is not a GLB file") }
        let version = try reader.integer(UInt32.self, "the header")
        guard version == 2 else { throw reader.failure("is glTF \(version), of which only 2 is known") }
        _ = try reader.integer(UInt32.self, "the header")
        var json: Range<Int>?
        var data = 0..<0
        while reader.remaining >= 8 {
            let length = Int(try reader.integer(UInt32.self, "a chunk's length"))
            let type = try reader.integer(UInt32.self, "a chunk's type")
            let range = try reader.take(length, "a chunk")
            if type == 0x4E4F_534A && json == nil { json = range }
            if type == 0x004E_4942 && data.isEmpty { data = range }
        }
        guard let json, let text = String(validating: bytes[json], as: UTF8.self) else {
            throw reader.failure("the file has no readable JSON chunk")
        }
        document = try JSONNode.parse(text, name: name)
        var lists: [String: [JSONNode]] = [:]
        for key in ["nodes", "meshes", "accessors", "bufferViews", "buffers"] {
            lists[key] = try document.member(key)?.elements()
        }
        self.lists = lists
        self.bytes = bytes
        self.data = data
    }

    mutating func decode() throws -> Mesh {
        if let required = try document.member("extensionsRequired") {
            let names = try required.elements().map { try $0.string() }
            if !names.isEmpty {
                throw required.error(
                    "the file needs the extensions \(names.joined(separator: ", ")), which are not supported",
                    remedy: "export it without compression")
            }
        }
        let scene = try document.member("scene")?.int() ?? 0
        let scenes = try document.required("scenes")
        let elements = try scenes.elements()
        guard elements.indices.contains(scene) else {
            throw scenes.error("number \(scene) is asked for, but there are \(elements.count)")
        }
        for node in try elements[scene].member("nodes")?.elements() ?? [] {
            try visit(try node.int(), transform: .identity, depth: 0)
        }
        if !hasNormals { mesh.normals = [] }
        if !hasColors { mesh.colors = [] }
        return mesh
    }

    /// What of the decoded file the mesh does not hold, a phrase each.
    func skipped() throws -> [String] {
        var skipped = otherPrimitives == 0 ? [] : ["\(otherPrimitives) groups of points, lines or triangle strips"]
        for kind in ["textures", "skins", "animations"] {
            if let count = try document.member(kind)?.elements().count, count > 0 { skipped.append("\(count) \(kind)") }
        }
        return skipped
    }

    /// An entry of one of `lists`.
    private func entry(_ index: Int, of list: String) throws -> JSONNode {
        guard let elements = lists[list] else { throw document.error("\"\(list)\" is missing", remedy: "add it") }
        guard elements.indices.contains(index) else {
            throw document.error("number \(index) of \(list) is asked for, but there are \(elements.count)")
        }
        return elements[index]
    }

    /// An affine map: x ↦ linear·x + offset.
    private struct Transform: Equatable {
        var linear: Matrix3
        var offset: SIMD3<Double>

        static let identity = Transform(linear: .identity, offset: .zero)
    }

    private mutating func visit(_ index: Int, transform: Transform, depth: Int) throws {
        let node = try entry(index, of: "nodes")
        guard visited.insert(index).inserted, depth < 256 else { throw node.error("the nodes are no tree") }
        let local = try self.transform(of: node)
        let world = Transform(
            linear: transform.linear * local.linear, offset: transform.linear * local.offset + transform.offset)
        if let number = try node.member("mesh")?.int() {
            let primitives = try entry(number, of: "meshes").required("primitives")
            for primitive in try primitives.elements() { try append(primitive, transform: world) }
        }
        for child in try node.member("children")?.elements() ?? [] {
            try visit(try child.int(), transform: world, depth: depth + 1)
        }
    }

    private func transform(of node: JSONNode) throws -> Transform {
        if let matrix = try node.member("matrix") {
            let m = try matrix.doubles(count: 16)  // by columns
            return Transform(
                linear: Matrix3(rowMajor: [m[0], m[4], m[8], m[1], m[5], m[9], m[2], m[6], m[10]]), offset: [m[12], m[13], m[14]])
        }
        let t = try node.member("translation")?.doubles(count: 3) ?? [0, 0, 0]
        let q = try node.member("rotation")?.doubles(count: 4) ?? [0, 0, 0, 1]
        let s = try node.member("scale")?.doubles(count: 3) ?? [1, 1, 1]
        guard q.contains(where: { $0 != 0 }) else { throw node.error("the rotation is zero") }
        let r = Matrix3(quaternion: [q[3], q[0], q[1], q[2]])
        let scale = SIMD3(s[0], s[1], s[2])
        return Transform(linear: Matrix3(rows: r.row0 * scale, r.row1 * scale, r.row2 * scale), offset: [t[0], t[1], t[2]])
    }

    private mutating func append(_ primitive: JSONNode, transform: Transform) throws {
        let mode = try primitive.member("mode")?.int() ?? 4
        guard mode == 4 else {
            otherPrimitives += 1
            return
        }
        let attributes = try primitive.required("attributes")
        let positions = try vectors(attributes.required("POSITION"), components: 3...3)
        let base = mesh.positions.count
        try check(vertices: base + positions.count, triangles: mesh.triangles.count)
        mesh.positions +=
            transform == .identity
            ? positions : positions.map { SIMD3<Float>(transform.linear * SIMD3<Double>($0) + transform.offset) }
        if let normals = try attributes.member("NORMAL") {
            let values = try vectors(normals, components: 3...3)
            guard values.count == positions.count else { throw normals.error("as many normals as positions are needed") }
            let turn = transform.linear.inverse.transposed
            mesh.normals += turn == .identity ? values : values.map { SIMD3<Float>(normalize(turn * SIMD3<Double>($0))) }
        } else {
            hasNormals = false
        }
        if let colors = try attributes.member("COLOR_0") {
            let values = try vectors(colors, components: 3...4)
            guard values.count == positions.count else { throw colors.error("as many colours as positions are needed") }
            mesh.colors += values.map { [GLBFile.sRGB(linear: $0.x), GLBFile.sRGB(linear: $0.y), GLBFile.sRGB(linear: $0.z)] }
        } else {
            hasColors = false
        }
        // A mirroring transform turns triangles inside out.
        let flip = transform.linear.determinant < 0
        func add(_ a: Int, _ b: Int, _ c: Int) {
            let (b, c) = flip ? (c, b) : (b, c)
            mesh.triangles.append([UInt32(base + a), UInt32(base + b), UInt32(base + c)])
        }
        if let node = try primitive.member("indices") {
            let indices = try self.indices(node, limit: positions.count)
            try check(vertices: mesh.positions.count, triangles: mesh.triangles.count + indices.count / 3)
            for t in 0..<indices.count / 3 { add(indices[3 * t], indices[3 * t + 1], indices[3 * t + 2]) }
        } else {
            for t in 0..<positions.count / 3 { add(3 * t, 3 * t + 1, 3 * t + 2) }
        }
    }

    /// Instances of one mesh and primitives of the same data may repeat them.
    private func check(vertices: Int, triangles: Int) throws {
        let name = document.source.name
        try limits.check(points: vertices, "vertices", name: name)
        try limits.check(points: triangles, "triangles", name: name)
        try limits.check(unpacked: 48 * vertices + 16 * triangles, from: bytes.count, name: name)
    }

    /// What an accessor describes, with its extent checked against the binary chunk.
    private struct Elements {
        var start: Int
        var count: Int
        var stride: Int
        var components: Int
        var type: Int
        var normalized: Bool
    }

    private func elements(_ reference: JSONNode) throws -> Elements {
        let accessor = try entry(try reference.int(), of: "accessors")
        guard try accessor.member("sparse") == nil else { throw accessor.error("sparse accessors are not supported") }
        let components = ["SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4][try accessor.required("type").string()]
        let type = try accessor.required("componentType").int()
        let sizes = [5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4]
        guard let components, let size = sizes[type] else { throw accessor.error("the element type is unknown") }
        let view = try entry(try accessor.required("bufferView").int(), of: "bufferViews")
        guard try view.member("buffer")?.int() ?? 0 == 0,
            try entry(0, of: "buffers").member("uri") == nil
        else { throw view.error("data outside the file are not supported", remedy: "export one GLB file") }
        let count = try accessor.required("count").int()
        let offset = try accessor.member("byteOffset")?.int() ?? 0
        let viewStart = try view.member("byteOffset")?.int() ?? 0
        let viewLength = try view.required("byteLength").int()
        let stride = try view.member("byteStride")?.int() ?? components * size
        let numbers = [count, offset, viewStart, viewLength]
        guard numbers.allSatisfy({ (0...data.count).contains($0) }), (components * size...255).contains(stride),
            viewStart + viewLength <= data.count,
            count == 0 || offset + (count - 1) * stride + components * size <= viewLength
        else { throw accessor.error("the elements lie outside the file's data") }
        return Elements(
            start: data.lowerBound + viewStart + offset, count: count, stride: stride, components: components, type: type,
            normalized: try accessor.member("normalized")?.bool() ?? false)
    }

    /// Vectors of floats or of normalised integers; a fourth component is dropped.
    private func vectors(_ reference: JSONNode, components: ClosedRange<Int>) throws -> [SIMD3<Float>] {
        let e = try elements(reference)
        guard components.contains(e.components), e.type == 5126 || e.normalized && (e.type == 5121 || e.type == 5123) else {
            throw reference.error("the elements have a type that is not allowed here")
        }
        return bytes.withUnsafeBytes { raw in
            (0..<e.count).map { index in
                var v = SIMD3<Float>.zero
                for c in 0..<3 {
                    let at = e.start + index * e.stride
                    switch e.type {
                    case 5126:
                        v[c] = Float(
                            bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: at + 4 * c, as: UInt32.self)))
                    case 5123:
                        v[c] = Float(UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: at + 2 * c, as: UInt16.self))) / 65535
                    default: v[c] = Float(raw[at + c]) / 255
                    }
                }
                return v
            }
        }
    }

    private func indices(_ reference: JSONNode, limit: Int) throws -> [Int] {
        let e = try elements(reference)
        guard e.components == 1, [5121, 5123, 5125].contains(e.type) else {
            throw reference.error("indices must be whole numbers without sign")
        }
        let values = bytes.withUnsafeBytes { raw in
            (0..<e.count).map { index -> Int in
                let at = e.start + index * e.stride
                switch e.type {
                case 5125: return Int(UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
                case 5123: return Int(UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: UInt16.self)))
                default: return Int(raw[at])
                }
            }
        }
        if let wrong = values.first(where: { $0 >= limit }) { throw reference.error("index \(wrong) of \(limit) vertices") }
        return values
    }
}
