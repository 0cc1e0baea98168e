import FathomCore
import FathomTestSupport
import Testing

/// What `fathom inspect` says of folders.
struct InspectCommandTests {
    /// The facts of one path.
    private func facts(_ path: String) throws -> JSONNode {
        let result = try FathomProgram.run("inspect", path, "--json", "-q")
        #expect(result.status == 0, "\(result.errors)")
        return try JSONNode.parse(result.output, name: path).required("items").elements()[0]
    }

    @Test(
        .needsSharedMaterial,
        arguments: [
            ("7-scenes", "RGB-D frames", 48), ("dtu-scan24", "COLMAP text model", 49), ("fountain-P11", "COLMAP text model", 11),
            ("livingroom", "COLMAP text model", 48), ("livingroom/trajectory.log", "RGB-D trajectory", 48),
            ("llff-fern", "LLFF poses", 20), ("nerf-lego", "NeRF transforms", 24),
            ("nerf-lego/transforms_test.json", "NeRF transforms", 8), ("temple-sparse-ring", "Middlebury cameras", 16),
        ])
    func everySceneIsRecognised(_ name: String, _ format: String, _ views: Int) throws {
        let facts = try facts(SharedMaterial.path("data/\(name)"))
        #expect(try facts.required("format").string() == format && facts.required("views").int() == views)
        let checks = try facts.required("checks").elements()
        #expect(try checks.allSatisfy { try $0.required("verdict").string() != "error" })
        #expect(try checks.contains { try $0.required("name").string() == "photos" })
    }

    @Test(
        .needsSharedMaterial,
        arguments: [
            ("photos", "photos", "image_files", 3), ("cones", "folder", "image_files", 3), ("meshes", "folder", "mesh_files", 3),
            ("video", "folder", "video_files", 1), ("bob-and-spot", "folder", "weights_files", 2),
        ])
    func otherFoldersAreCounted(_ name: String, _ kind: String, _ key: String, _ count: Int) throws {
        let facts = try facts(SharedMaterial.path("data/\(name)"))
        #expect(try facts.required("kind").string() == kind && facts.required(key).int() == count)
    }

    @Test func foldersThatHoldNothingAreRefused() throws {
        let folder = try TemporaryFolder()
        let result = try FathomProgram.run("inspect", folder.path)
        #expect(result.status == 65 && result.errors.contains("is empty"))
    }
}
