import FathomCore
import FathomGeometry
import FathomGraph
import FathomPipeline
import FathomTestSupport

/// JSON5, arrays, archives, graphs and records of the store.
enum DocumentReaders {
    static func targets() throws -> [FuzzTarget] {
        try [
            FuzzTarget("JSON5", [json]) { bytes in
                _ = try JSONNode.parse(String(decoding: bytes, as: UTF8.self), name: "text").value
            },
            FuzzTarget("NPY", try arrays()) { bytes in
                let array = try NPYArray(InputFile(bytes: bytes, name: "a.npy"))
                guard array.doubles().count == array.shape.reduce(1, *) else { throw FuzzTarget.Violation("elements are lost") }
            },
            FuzzTarget("NPY by slices", try arrays()) { bytes in
                let slices = try NPYSlices(InputFile(bytes: bytes, name: "a.npy"))
                for index in 0..<slices.count { _ = try slices[index].floats() }
            },
            FuzzTarget("NPZ", [try archive(deflated: false)]) { bytes in
                let file = try NPZReader(InputFile(bytes: bytes, name: "a.npz"))
                for name in file.names { _ = try file.array(name).doubles() }
            },
            FuzzTarget("zip", [try archive(deflated: true), try archive(deflated: false)]) { bytes in
                let file = try ZipReader(InputFile(bytes: bytes, name: "a.zip"))
                for entry in file.entries where try file.read(entry).count != entry.size {
                    throw FuzzTarget.Violation("bytes are lost")
                }
            },
            FuzzTarget("graphs", [graph()], refusals: [.graphInvalid]) { bytes in
                _ = try Planner.plan(Graph.parse(String(decoding: bytes, as: UTF8.self), name: "graph.json5"))
            },
            part(MeshReaders.cube, of: .mesh),
            part(PointCloud(positions: MeshReaders.cube.positions), of: .points),
            part(DepthMap(values: DepthReaders.values, convention: .metric(unit: "m")), of: .metricDepth),
            part(ImageReaders.picture(UInt8.self, channels: 3), of: .pictures),
            part(FigureRow([("a", 1), ("b", .nan)]), of: .figures),
        ]
    }

    private static let json = FuzzTarget.Seed(
        "JSON5",
        Array(
            """
            {nodes: {a: [1, -2.5e3, 0x1F, 'x\\u00e9', "y"], b: null /* c */}, // d
             e: true, 'f g': [[.5], {}]}
            """.utf8), .text)

    private static func graph() throws -> FuzzTarget.Seed {
        FuzzTarget.Seed("a graph", Array(try Planner.plan(BuiltInGraph.mesh(format: "exr")).graphText.utf8), .text)
    }

    private static func part<Kind: ValueKind>(_ part: Kind.Part, of kind: Kind) -> FuzzTarget {
        FuzzTarget("stored \(kind.name)", [FuzzTarget.Seed(kind.name, kind.encode(part).array, .mixed)]) { bytes in
            _ = try bytes.withUnsafeBytes { try kind.decode($0) }
        }
    }

    private static func arrays() throws -> [FuzzTarget.Seed] {
        let folder = try TemporaryFolder()
        try NPYWriter.write(Buffer((0..<24).map { Float($0) }), shape: [2, 3, 4], to: folder.file("c.npy"))
        let plain = try FileSystem.read(folder.file("c.npy"))
        let header = Array("{'descr': '>i2', 'fortran_order': True, 'shape': (3, 4), }".utf8)
        var fortran = [0x93] + Array("NUMPY".utf8) + [2, 0]
        fortran.append(littleEndian: UInt32(header.count))
        fortran += header + (0..<24)
        return [FuzzTarget.Seed("C order", plain, .mixed), FuzzTarget.Seed("big endian, Fortran order", fortran, .mixed)]
    }

    private static func archive(deflated: Bool) throws -> FuzzTarget.Seed {
        let folder = try TemporaryFolder()
        let writer = try ZipWriter(path: folder.file("a.zip"))
        for array in try arrays() { try writer.add("\(array.content) \(array.bytes.count).npy", array.bytes, compress: deflated) }
        try writer.add("zeros", [UInt8](repeating: 0, count: 3000), compress: deflated)
        try writer.finish()
        return FuzzTarget.Seed(deflated ? "deflated" : "stored", try FileSystem.read(folder.file("a.zip")), .binary)
    }
}
