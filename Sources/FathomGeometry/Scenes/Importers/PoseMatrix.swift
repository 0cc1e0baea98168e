import FathomCore

extension TextScanner {
    /// `cameraFromWorld` of a 4×4 camera→world matrix by rows, read on the current line and before; nil when it is not finite, as
    /// recorders write for frames they lost.
    ///
    /// - Throws: `inputInvalid` for what is no rigid motion.
    func cameraFromWorld(_ m: [Double]) throws -> Pose? {
        guard m.count == 16 else { throw failure("\(m.count) numbers instead of a 4×4 matrix") }
        guard m.allSatisfy(\.isFinite) else { return nil }
        // Some recorders leave the last row zero; anything else is not a rigid motion.
        guard m[12] == 0, m[13] == 0, m[14] == 0, m[15] == 1 || m[15] == 0 else {
            throw failure("the last row is \(m[12]) \(m[13]) \(m[14]) \(m[15]) instead of 0 0 0 1")
        }
        let worldFromCamera = Matrix3(rowMajor: [m[0], m[1], m[2], m[4], m[5], m[6], m[8], m[9], m[10]])
        if let fault = RotationCheck.fault(worldFromCamera) {
            throw failure("the pose \(fault.what)", remedy: fault.remedy)
        }
        return Pose(rotation: worldFromCamera.nearestRotation, translation: [m[3], m[7], m[11]]).inverse
    }
}

extension SceneAssembly {
    /// What to say about frames that were left out because their pose is not finite.
    static func warning(untracked frames: [String]) -> String? {
        frames.first.map { "\(frames.count) frames whose pose is not finite were left out, the first is \($0)" }
    }
}
