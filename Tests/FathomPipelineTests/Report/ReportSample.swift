import FathomCore
import FathomGeometry
import FathomGraph
import FathomMedia
import FathomPipeline
import FathomTestSupport

#if canImport(Glibc)
import Glibc
#endif

/// A page of a run that never was, with names that try to become markup.
enum ReportSample {
    static let hostile = #"</script><script>console.log("owned")</script>&"'<img src=x onerror=alert(1)>"#
    static let names = ["\(hostile)", "b", "c"]

    /// - Parameter chunks: of the second node.
    static func record(chunks: Int = 40) -> JSONValue {
        func chunk(_ index: Int, _ status: String, start: Double, wall: Double) -> JSONValue {
            [
                "index": .int(index), "key": .string("\(Digest(of: "chunk \(index)"))"), "status": .string(status),
                "start_seconds": .double(start), "wall_seconds": .double(wall), "cpu_seconds": .double(wall * 1.6),
                "peak_rss_bytes": .int(200 << 20),
            ]
        }
        let search = (0..<chunks).map { index in
            chunk(index, index % 4 == 0 ? "hit" : "computed", start: 2 + Double(index) * 0.5, wall: index % 4 == 0 ? 0.001 : 0.9)
        }
        return [
            "fathom": "0.1.0", "status": "partial", "command": ["fathom", "mesh", .string(hostile)],
            "graph": ["name": .string(hostile), "document": [:]], "began": 1_795_737_600,
            "inputs": ["photos": ["path": .string(hostile), "sha256": "00ff", "views": 3]],
            "nodes": [
                "plan": [
                    "stage": "plan@1.0.0", "status": "ok", "params": [:], "numbers": ["pairs": 12],
                    "steps": ["plan": ["stage": "plan@1.0.0", "chunks": [chunk(0, "computed", start: 0, wall: 2)]]],
                ],
                "depth": [
                    "stage": "mvs@1.0.0", "status": "partial", "params": ["views": 5, "search": .string(hostile)],
                    "wall_seconds": 27, "cpu_seconds": 43.2, "peak_rss_bytes": .int(210 << 20),
                    "numbers": ["valid_share": 0.873_45, "points": 343_483],
                    "failed": [["item": .string(hostile), "error": "is empty", "status": 65]],
                    "weights": ["name": "tiny", "license": "Apache-2.0", "sha256": "ab", "source": .string(hostile)],
                    "steps": ["depth/search": ["stage": "mvs@1.0.0", "chunks": .array(search)]],
                ],
            ],
            "outputs": [
                "depth/{stem}.exr": [
                    "source": "depth.depth", "type": "metric-depth", "unit": "m",
                    "files": .array(names.map { .string("depth/\($0).exr") }), "sha256": ["aa", "bb", "cc"],
                ]
            ],
            "conventions": ["depth": "z along the optical axis"], "machine": ["processor": "a CPU", "cores": 2],
            "warnings": [.string(hostile)],
            "usage": ["wall_seconds": 24, "cpu_seconds": 45, "peak_rss_bytes": .int(220 << 20)],
            "memory": .array((0..<50).map { [.double(Double($0) / 2), .int((100 + 2 * $0) << 20)] }),
        ]
    }

    static func figures() throws -> [ReportFigure] {
        [
            try ReportFigure.mesh(title: hostile, torus(around: 60, across: 30), from: .camera),
            try ReportFigure.sequence(title: "depth.mp4", sequence(), photo: picture, video: "depth.mp4"),
            try ReportFigure.views(
                title: "depth/{stem}.exr", names: names, depth: { $0 == 1 ? nil : depth($0) },
                photo: { $0 == 2 ? nil : picture($0) }),
        ]
    }

    /// A magenta torus.
    static func torus(around: Int, across: Int) -> Mesh {
        var mesh = Mesh()
        for i in 0..<around {
            for j in 0..<across {
                let (u, v) = (2 * Float.pi * Float(i) / Float(around), 2 * Float.pi * Float(j) / Float(across))
                mesh.positions.append(SIMD3((1 + 0.4 * cosf(v)) * cosf(u), (1 + 0.4 * cosf(v)) * sinf(u), 5 + 0.4 * sinf(v)))
                mesh.colors.append(SIMD3(255, 0, 255))
                func vertex(_ i: Int, _ j: Int) -> UInt32 { UInt32(i % around * across + j % across) }
                mesh.triangles.append(SIMD3(vertex(i, j), vertex(i + 1, j), vertex(i, j + 1)))
                mesh.triangles.append(SIMD3(vertex(i + 1, j), vertex(i + 1, j + 1), vertex(i, j + 1)))
            }
        }
        return mesh
    }

    static func sequence(frames: Int = 10) throws -> DepthSequence {
        var builder = try DepthSequenceBuilder(convention: .affineInverse, frameRate: 5, in: "/tmp")
        for index in 0..<frames {
            try builder.append(
                depth(index).values, stem: "00000\(index)", time: FrameTime(ticks: Int64(index), numerator: 1, denominator: 5))
        }
        return builder.finish()
    }

    private static func picture(_ index: Int) -> Raster<UInt8> { TestImages.formula(width: 640, height: 480, time: index) }

    private static func depth(_ index: Int) -> DepthMap {
        var values = Raster<Float>(uninitializedWidth: 640, height: 480)
        for y in 0..<480 { for x in 0..<640 { values[x, y] = x < 20 ? .nan : 2 + Float(x * (index + 1) + y) / 500 } }
        return DepthMap(values: values, convention: .metric(unit: "m"))
    }
}
