import FathomCore
import FathomTestSupport
import Testing

/// Thousands of damaged files through every reader: each is read or refused with one sentence; nothing crashes, hangs or takes
/// more memory than the file justifies. `FATHOM_TEST_MUTATIONS` sets how many; `Scripts/fuzz` runs them under a sanitizer.
@Suite struct HostileInputTests {
    private func attack(_ target: FuzzTarget) throws {
        let report = try target.run()
        #expect(report.findings == [])
        #expect(report.accepted > 0 && report.refused > 0, "\(report)")
    }

    @Test(arguments: try ImageReaders.targets()) func images(target: FuzzTarget) throws { try attack(target) }
    @Test(arguments: try DepthReaders.targets()) func depthMaps(target: FuzzTarget) throws { try attack(target) }
    @Test(arguments: try MeshReaders.targets()) func meshes(target: FuzzTarget) throws { try attack(target) }
    @Test(arguments: try SceneReaders.targets()) func scenes(target: FuzzTarget) throws { try attack(target) }
    @Test(arguments: try DocumentReaders.targets()) func documents(target: FuzzTarget) throws { try attack(target) }
}
