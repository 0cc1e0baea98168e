import FathomCore

/// One `NNNNNNNN_cam.txt` of the MVSNet family: world→camera matrix, calibration matrix and depths to search.
package struct MVSNetCamera: Sendable {
    /// MVSNet's own number of depth planes, for files that do not state one.
    static let usualPlanes = 192.0

    package var calibration: Matrix3
    package var cameraFromWorld: Pose
    /// The numbers of the last line, at most 4: nearest depth; interval of planes or farthest depth; number of planes; farthest
    /// depth.
    package var depths: [Double]

    /// Reads by keywords: 16 numbers after `extrinsic`, 9 after `intrinsic`, then up to 4.
    package init(_ text: TextScanner) throws {
        var text = text
        func expect(_ keyword: String) throws {
            guard text.nextContentLine() else { throw text.failure("the file ends where '\(keyword)' is expected") }
            let word = text.word() ?? ""
            guard word == keyword else {
                throw text.failure("'\(word.prefix(24).description.escapingControls)' where '\(keyword)' is expected")
            }
        }
        try expect("extrinsic")
        let m = try text.doublesAcrossLines(16, "the extrinsic matrix")
        guard m[12...] == [0, 0, 0, 1] else {
            throw text.failure("the last row of the extrinsic matrix is \(m[12]) \(m[13]) \(m[14]) \(m[15]) instead of 0 0 0 1")
        }
        cameraFromWorld = Pose(
            rotation: Matrix3(rowMajor: [m[0], m[1], m[2], m[4], m[5], m[6], m[8], m[9], m[10]]),
            translation: [m[3], m[7], m[11]])
        try expect("intrinsic")
        calibration = Matrix3(rowMajor: try text.doublesAcrossLines(9, "the intrinsic matrix"))
        try text.checkCalibration(calibration, of: "the camera")
        depths = []
        while text.peek() != nil || text.nextContentLine() {
            guard depths.count < 4 else { throw text.failure("more than 4 numbers state the depths") }
            depths.append(try text.double("a depth"))
        }
    }

    /// The depths to search; nil when the numbers are none or make no range.
    ///
    /// - Parameter reading: what the second of exactly two numbers is.
    package func depthRange(_ reading: SceneOptions.MVSNetRange) -> ClosedRange<Double>? {
        guard depths.count >= 2, depths[0] > 0 else { return nil }
        let farthest =
            switch (depths.count, reading) {
            case (2, .maximum): depths[1]
            case (2, .interval): depths[0] + depths[1] * (Self.usualPlanes - 1)
            case (3, _): depths[0] + depths[1] * (depths[2] - 1)
            default: depths[3]
            }
        return farthest > depths[0] && farthest.isFinite ? depths[0]...farthest : nil
    }
}
