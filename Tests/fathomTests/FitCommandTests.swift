import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Testing

/// `fathom fit` with a decoder that knows a duck with a handle (code 0) and a cow (code 1).
struct FitCommandTests {
    private let folder: TemporaryFolder
    private let decoder: [String]

    init() throws {
        folder = try TemporaryFolder()
        decoder = [
            try SharedMaterial.path("data/bob-and-spot/decoder.pth"), "--codes",
            try SharedMaterial.path("data/bob-and-spot/latent_codes.pth"),
        ]
    }

    private func run(_ arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
        let result = try ChildProcess(FathomProgram.path(), arguments + ["--json", "-q"], in: folder.path).wait()
        return (result.status, result.output, result.errors)
    }

    private func figures(_ arguments: [String]) throws -> JSONNode {
        let result = try run(arguments)
        #expect(result.status == 0, "\(arguments): \(result.errors)")
        return try JSONNode.parse(result.output, name: "--json").required("figures")
    }

    /// The decoder's own cow, a file in the folder.
    private func writeCow() throws {
        let any = try SharedMaterial.path("data/meshes/spot.obj")
        _ = try figures(["fit"] + decoder + [any, "--start", "1", "--steps", "1", "--resolution", "48", "-o", "cow"])
    }

    /// A scene of one view whose alpha is the cow's outline.
    private func writeScene() throws {
        let cow = try MeshFile.read(folder.file("cow/mesh.ply"))
        let camera = Camera(width: 120, height: 120, fx: 104, fy: 104, cx: 60, cy: 60)
        let eye = SIMD3(1.53, 1.25, 1.53)
        let pose = Pose.looking(from: eye, at: .zero, up: [0, 1, 0])
        let seen = MeshRaster.render(cow, camera: camera, cameraFromWorld: pose)
        var picture = Raster<UInt8>(width: 120, height: 120, channels: 4, repeating: 200)
        for i in 0..<seen.depth.pixelCount {
            picture.samples[4 * i + 3] = seen.triangle.samples[i] == RasterizedMesh.emptyTriangle ? 0 : 255
        }
        try FileSystem.makeFolder(folder.file("scene"))
        try ImageFile.writePNG(picture, to: folder.file("scene/a.png"))
        let world = pose.inverse
        // OpenGL axes: x right, y up, z back.
        let rows = (0..<3).map { r -> String in
            let row = [world.rotation.row0, world.rotation.row1, world.rotation.row2][r]
            return "[\(row.x), \(-row.y), \(-row.z), \(world.translation[r])]"
        }
        let text = """
            {"fl_x": 104, "fl_y": 104, "cx": 60, "cy": 60, "w": 120, "h": 120, "frames": [{"file_path": "a.png",
             "transform_matrix": [\(rows.joined(separator: ", ")), [0, 0, 0, 1]]}]}
            """
        try AtomicFile.write(text, to: folder.file("scene/transforms.json"))
    }

    @Test(.needsSharedMaterial) func anOutlineTellsTheShape() throws {
        try writeCow()
        try writeScene()
        let found = try figures(
            ["fit"] + decoder + ["scene", "--start", "0", "-o", "out", "--steps", "60", "--rate", "0.15", "--resolution", "32"])
        #expect(try found.required("iou").double() > 0.9)
        #expect(try found.required("euler_characteristic").double() == 2)
        #expect(try FileSystem.list(folder.file("out")) == ["code.npy", "mesh.ply", "way.png"])
        let way = try ImageFile.read(folder.file("out/way.png"))
        #expect(way.width == 8 * 200 && way.height == 200)
        #expect(try NPYArray(path: folder.file("out/code.npy")).shape == [2])
    }

    @Test(.needsSharedMaterial) func pointsTellTheShape() throws {
        try writeCow()
        let found = try figures(
            ["fit"] + decoder + [
                "cow/mesh.ply", "--start", "0", "-o", "out", "--steps", "40", "--rate", "0.15", "--resolution", "32",
            ])
        #expect(try found.required("loss").double() < 0.1 * found.required("loss_at_start").double())
    }

    @Test(.needsSharedMaterial) func refusals() throws {
        let cow = try SharedMaterial.path("data/meshes/spot.obj")
        func refusal(_ arguments: [String], _ status: Int32, _ words: String) throws {
            let result = try run(["fit"] + arguments + ["-o", "no"])
            #expect(result.status == status && result.errors.contains(words), "\(arguments): \(result.status) \(result.errors)")
            #expect(FileSystem.kind(of: folder.file("no")) == nil)
        }
        try refusal([decoder[0], cow], 64, "--codes")
        try refusal(decoder + [cow, "--start", "2"], 64, "0…1")
        try refusal([cow, decoder[1], decoder[2], cow], 65, "safetensors")
        try refusal([decoder[2], decoder[1], decoder[2], cow], 65, "lin0")
        try refusal([decoder[0], decoder[1], decoder[0], cow], 65, "codes")
        try refusal(decoder + ["missing.ply"], 66, "missing.ply")
        try refusal(decoder + [cow, "--box", "0.01"], 1, "no zero crossing")
    }
}
