import FathomCore

extension TextScanner {
    /// Refuses a matrix that is not the calibration matrix of a pinhole without skew.
    ///
    /// - Throws: `inputInvalid` at the current line.
    func checkCalibration(_ k: Matrix3, of what: String) throws {
        guard k.row1.x == 0, k.row2.x == 0, k.row2.y == 0, k.row2.z == 1 else {
            throw failure("the calibration matrix of \(what) is not upper triangular with 1 in its last corner")
        }
        guard abs(k.row0.y) <= 1e-6 * abs(k.row0.x) else {
            throw failure("the calibration matrix of \(what) has skew \(k.row0.y), which is not supported")
        }
    }

    /// The next `count` finite numbers of the text, over line ends.
    mutating func doublesAcrossLines(_ count: Int, _ what: String) throws -> [Double] {
        try (0..<count).map { index in
            let value = try extendedDoubleAcrossLines("number \(index + 1) of \(count) of \(what)")
            guard value.isFinite else { throw failure("number \(index + 1) of \(count) of \(what) is not finite") }
            return value
        }
    }
}

extension Camera {
    /// The pinhole with a calibration matrix that has no skew.
    init(width: Int, height: Int, calibration k: Matrix3) {
        self.init(width: width, height: height, fx: k.row0.x, fy: k.row1.y, cx: k.row0.z, cy: k.row1.z)
    }
}
