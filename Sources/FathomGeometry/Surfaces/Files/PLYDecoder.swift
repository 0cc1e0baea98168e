import FathomCore

/// Decodes the body of a PLY file row by row, after its header has been checked against the file's size.
struct PLYDecoder {
    private let header: PLYHeader
    private let faces: Bool
    private let name: String
    /// One of the two is used, as the encoding says.
    private var binary: ByteReader
    private var text: TextScanner

    /// - Parameter faces: whether triangles are wanted.
    init(_ bytes: [UInt8], name: String, faces: Bool) throws {
        header = try PLYHeader(bytes, path: name)
        self.faces = faces
        self.name = name
        binary = ByteReader(bytes, path: name, offset: header.dataStart)
        binary.bigEndian = header.encoding == .bigEndian
        text = TextScanner(header.encoding == .ascii ? Array(bytes[header.dataStart...]) : [], path: "\(name), data")
    }

    mutating func decode() throws -> (points: PointCloud, triangles: [SIMD3<UInt32>]) {
        guard header.elements.contains(where: { $0.name == "vertex" }) else {
            throw FathomError(.inputInvalid, "the file has no vertices", at: name)
        }
        var points = PointCloud()
        var triangles: [SIMD3<UInt32>] = []
        for element in header.elements {
            switch element.name {
            case "vertex": points = try vertices(element)
            case "face" where faces: triangles = try polygons(element)
            default: for _ in 0..<element.count { try skip(element) }
            }
        }
        return (points, triangles)
    }

    private mutating func vertices(_ element: PLYHeader.Element) throws -> PointCloud {
        func triple(_ a: String, _ b: String, _ c: String) -> SIMD3<Int>? {
            guard let x = element.index(of: a), let y = element.index(of: b), let z = element.index(of: c) else { return nil }
            return SIMD3(x, y, z)
        }
        guard let position = triple("x", "y", "z") else {
            throw FathomError(.inputInvalid, "the vertices have no x, y and z", at: name)
        }
        let normal = triple("nx", "ny", "nz")
        let color =
            triple("red", "green", "blue") ?? triple("r", "g", "b") ?? triple("diffuse_red", "diffuse_green", "diffuse_blue")
        let colorScale = color.map { element.properties[$0.x].type.isFloat ? 255.0 : 1 } ?? 1
        let confidence = element.index(of: "confidence")
        let views = element.index(of: "views")
        var points = PointCloud()
        points.positions.reserveCapacity(element.count)
        var row = [Double](repeating: 0, count: element.properties.count)
        func pick(_ index: SIMD3<Int>) -> SIMD3<Double> { [row[index.x], row[index.y], row[index.z]] }
        for index in 0..<element.count {
            for (column, property) in element.properties.enumerated() {
                if let count = property.listCount {
                    try skipList(property, count: count)
                } else {
                    row[column] = try value(property.type)
                }
            }
            let p = SIMD3<Float>(pick(position))
            guard (p.x + p.y + p.z).isFinite else {
                throw FathomError(.inputInvalid, "vertex \(index) is not finite", at: name)
            }
            points.positions.append(p)
            if let normal { points.normals.append(SIMD3(pick(normal))) }
            if let color { points.colors.append(Self.bytes(pick(color) * colorScale)) }
            if let confidence { points.confidences.append(Float(row[confidence])) }
            if let views { points.viewCounts.append(Self.byte(row[views])) }
        }
        return points
    }

    private mutating func polygons(_ element: PLYHeader.Element) throws -> [SIMD3<UInt32>] {
        var triangles: [SIMD3<UInt32>] = []
        triangles.reserveCapacity(element.count)
        for index in 0..<element.count {
            for property in element.properties {
                guard let count = property.listCount else {
                    _ = try value(property.type)
                    continue
                }
                guard property.name == "vertex_indices" || property.name == "vertex_index" else {
                    try skipList(property, count: count)
                    continue
                }
                let corners = try length(of: property, count: count)
                var first: UInt32 = 0
                var previous: UInt32 = 0
                for corner in 0..<corners {
                    guard let vertex = UInt32(exactly: try value(property.type)) else {
                        throw FathomError(.inputInvalid, "face \(index) has a vertex index that is no index", at: name)
                    }
                    if corner == 0 { first = vertex }
                    if corner >= 2 { triangles.append([first, previous, vertex]) }
                    previous = vertex
                }
            }
        }
        return triangles
    }

    private mutating func value(_ type: PLYHeader.Scalar) throws -> Double {
        if header.encoding == .ascii { return try text.extendedDoubleAcrossLines("a value") }
        switch type {
        case .int8: return Double(try binary.integer(Int8.self, "a value"))
        case .uint8: return Double(try binary.integer(UInt8.self, "a value"))
        case .int16: return Double(try binary.integer(Int16.self, "a value"))
        case .uint16: return Double(try binary.integer(UInt16.self, "a value"))
        case .int32: return Double(try binary.integer(Int32.self, "a value"))
        case .uint32: return Double(try binary.integer(UInt32.self, "a value"))
        case .float32: return Double(try binary.float("a value"))
        case .float64: return try binary.double("a value")
        }
    }

    /// The length of a list; a binary list must fit into what is left of the file.
    private mutating func length(of property: PLYHeader.Property, count: PLYHeader.Scalar) throws -> Int {
        let announced = try value(count)
        guard let length = Int(exactly: announced), length >= 0, length <= 1 << 31,
            header.encoding == .ascii || length * property.type.size <= binary.remaining
        else {
            throw FathomError(.inputInvalid, "a list '\(property.name)' has the length \(announced)", at: name)
        }
        return length
    }

    private mutating func skipList(_ property: PLYHeader.Property, count: PLYHeader.Scalar) throws {
        let length = try length(of: property, count: count)
        if header.encoding == .ascii {
            for _ in 0..<length { _ = try value(property.type) }
        } else {
            _ = try binary.take(length * property.type.size, "a list")
        }
    }

    private mutating func skip(_ element: PLYHeader.Element) throws {
        for property in element.properties {
            if let count = property.listCount { try skipList(property, count: count) } else { _ = try value(property.type) }
        }
    }

    /// The nearest byte; 0 for NaN.
    private static func byte(_ value: Double) -> UInt8 { value > 0 ? UInt8(min(value, 255).rounded()) : 0 }

    private static func bytes(_ v: SIMD3<Double>) -> SIMD3<UInt8> { [byte(v.x), byte(v.y), byte(v.z)] }
}
