import FathomCore

/// Decodes an STL file of either kind and joins corners at the same place.
///
/// A file whose size is that of its announced triangles is binary, whatever its first word: some programs begin binary files with
/// "solid", as the ASCII kind does.
struct STLDecoder {
    private static let (headerSize, triangleSize) = (80, 50)

    private let bytes: [UInt8]
    private let name: String
    private var mesh = Mesh()
    private var indexOfPosition: [SIMD3<UInt32>: UInt32] = [:]

    init(_ bytes: [UInt8], name: String) {
        self.bytes = bytes
        self.name = name
    }

    mutating func decode() throws -> Mesh {
        var reader = ByteReader(bytes, path: name, offset: Self.headerSize)
        let count = reader.remaining >= 4 ? Int(try reader.integer(UInt32.self, "the header")) : nil
        if let count, reader.remaining == Self.triangleSize * count {
            try decodeBinary(&reader, count: count)
        } else if String(decoding: bytes.prefix(80).drop { $0 <= 32 }.prefix(5), as: UTF8.self).lowercased() == "solid" {
            try decodeText()
        } else if let count {
            throw reader.failure(
                "\(count) triangles are announced, which need \(Self.triangleSize * count) bytes, but \(reader.remaining) follow",
                remedy: "copy the file again")
        } else {
            throw reader.failure("is no STL file: it is shorter than a header and does not begin with 'solid'")
        }
        return mesh
    }

    private mutating func decodeBinary(_ reader: inout ByteReader, count: Int) throws {
        try ReadLimits.current.check(points: count, "triangles", name: name)
        mesh.triangles.reserveCapacity(count)
        for _ in 0..<count {
            _ = try reader.take(12, "a normal")
            var corners = SIMD3<UInt32>()
            for corner in 0..<3 {
                let x = try reader.float("a corner")
                let y = try reader.float("a corner")
                corners[corner] = try vertex([x, y, try reader.float("a corner")])
            }
            mesh.triangles.append(corners)
            _ = try reader.take(2, "a triangle")
        }
    }

    /// `solid`, then per triangle `facet normal`, `outer loop`, three times `vertex x y z`, `endloop`, `endfacet`, then `endsolid`; more
    /// solids may follow.
    private mutating func decodeText() throws {
        var text = TextScanner(bytes, path: name)
        var corners: [UInt32] = []
        var isComplete = false
        let limits = ReadLimits.current
        while text.nextContentLine() {
            switch text.word()?.lowercased() {
            case "vertex":
                let x = Float(try text.double("x"))
                let y = Float(try text.double("y"))
                corners.append(try vertex([x, y, Float(try text.double("z"))]))
            case "endloop":
                guard corners.count == 3 else { throw text.failure("a facet has \(corners.count) corners, not 3") }
                mesh.triangles.append([corners[0], corners[1], corners[2]])
                try limits.check(points: mesh.triangles.count, "triangles", name: name)
                corners = []
            case "solid", "facet", "outer", "endfacet": isComplete = false
            case "endsolid": isComplete = true
            case let word: throw text.failure("'\((word ?? "").prefix(24))' is no word of an STL file")
            }
        }
        guard isComplete, corners.isEmpty else {
            throw text.failure("the file ends inside a solid", remedy: "copy the file again")
        }
    }

    private mutating func vertex(_ p: SIMD3<Float>) throws -> UInt32 {
        // Adding zero makes -0 and 0 one place.
        let place = SIMD3<Float>(p.x + 0, p.y + 0, p.z + 0)
        let key = SIMD3(place.x.bitPattern, place.y.bitPattern, place.z.bitPattern)
        if let known = indexOfPosition[key] { return known }
        guard let index = UInt32(exactly: mesh.positions.count) else {
            throw FathomError(.inputInvalid, "the mesh has too many vertices", at: name)
        }
        mesh.positions.append(p)
        indexOfPosition[key] = index
        return index
    }
}
