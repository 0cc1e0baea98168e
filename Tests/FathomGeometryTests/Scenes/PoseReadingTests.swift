import FathomGeometry
import Glibc
import Testing

@Suite struct PoseReadingTests {
    private static let truth = Pose.looking(from: [3, -1, 2], at: [0.2, 0.4, -0.1], up: [0.3, 0.1, 1])
    private static let points: [SIMD3<Double>] = [[0, 0, 0], [1, 0.5, -0.2], [-0.4, 0.3, 0.9]]

    @Test func wordsNameTheirAxes() {
        #expect(CameraAxes.allCases.count == 8 && Set(CameraAxes.allCases).count == 8)
        for axes in CameraAxes.allCases { #expect(CameraAxes(word: axes.description) == axes) }
        #expect(CameraAxes(word: "right-up-backward") == .openGL && CameraAxes(word: "blender") == .openGL)
        for word in ["", "right-up", "up-right-backward", "right-up-backward-"] { #expect(CameraAxes(word: word) == nil) }
    }

    /// A file written with other axes, other directions or columns for rows gives the true pose once that is said.
    @Test(arguments: PoseReading.allCases, [false, true])
    func everyMistakeIsUndone(mistake: PoseReading, holdsCenters: Bool) {
        let format = PoseConvention(axes: .openGL, holdsCenters: holdsCenters)
        let signs = mistake.axes.signs
        let isMirrored = !mistake.axes.isRightHanded
        // The world as the file has it, and the world→camera matrix in the file's axes.
        let world: SIMD3<Double> = isMirrored ? PoseReading.mirror : [1, 1, 1]
        var rotation = Matrix3.diagonal(signs) * Self.truth.rotation * .diagonal(world)
        var translation = signs * Self.truth.translation
        // The numbers the format would hold, then the mistake in them.
        if holdsCenters { (rotation, translation) = inverse(rotation, translation) }
        switch mistake.direction {
        case .stated: break
        case .inverted: (rotation, translation) = inverse(rotation, translation)
        case .transposed: rotation = rotation.transposed
        }
        // An importer that knows nothing of the mistake.
        if holdsCenters { (rotation, translation) = inverse(rotation, translation) }
        let read = Pose(
            rotation: .diagonal(CameraAxes.openGL.signs) * rotation, translation: CameraAxes.openGL.signs * translation)

        let mended = format.pose(read, under: mistake)
        #expect(abs(mended.rotation.determinant - 1) < 1e-12)
        for point in Self.points {
            #expect(length(mended * point - Self.truth * point) < 1e-12)
        }
        if mistake != PoseReading(axes: .openGL) { #expect(length(read * Self.points[1] - Self.truth * Self.points[1]) > 1e-3) }
    }

    private func inverse(_ rotation: Matrix3, _ translation: SIMD3<Double>) -> (Matrix3, SIMD3<Double>) {
        let turned = rotation.transposed
        return (turned, -1 * (turned * translation))
    }
}
