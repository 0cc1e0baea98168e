/// Which way the x, y and z axes of a camera point in the files of a format.
///
/// There are eight; with respect to Fathom's own (right, down, forward) each is a change of signs. Four of them are left-handed:
/// such files have a mirrored world as well.
public struct CameraAxes: Sendable, Hashable, CaseIterable, CustomStringConvertible {
    public var isRight: Bool
    public var isDown: Bool
    public var isForward: Bool

    public init(isRight: Bool, isDown: Bool, isForward: Bool) {
        self.isRight = isRight
        self.isDown = isDown
        self.isForward = isForward
    }

    /// Right, down, forward: OpenCV, COLMAP, Fathom.
    public static let openCV = CameraAxes(isRight: true, isDown: true, isForward: true)
    /// Right, up, backward: OpenGL, Blender, NeRF.
    public static let openGL = CameraAxes(isRight: true, isDown: false, isForward: false)
    /// Right, up, forward: Unity, left-handed.
    public static let unity = CameraAxes(isRight: true, isDown: false, isForward: true)
    /// Left, up, forward: PyTorch3D.
    public static let pyTorch3D = CameraAxes(isRight: false, isDown: false, isForward: true)

    public static var allCases: [CameraAxes] {
        [openCV, openGL, pyTorch3D, CameraAxes(isRight: false, isDown: true, isForward: false)]
            + [unity, CameraAxes(isRight: true, isDown: true, isForward: false)]
            + [
                CameraAxes(isRight: false, isDown: true, isForward: true),
                CameraAxes(isRight: false, isDown: false, isForward: false),
            ]
    }

    /// The sign of each axis with respect to right, down, forward.
    public var signs: SIMD3<Double> { [isRight ? 1 : -1, isDown ? 1 : -1, isForward ? 1 : -1] }

    public var isRightHanded: Bool { signs.x * signs.y * signs.z > 0 }

    private static let names: [(String, CameraAxes)] = [
        ("opencv", openCV), ("opengl", openGL), ("unity", unity), ("pytorch3d", pyTorch3D),
    ]

    /// "opencv", "opengl", "unity", "pytorch3d", else the three directions, such as "left-down-forward".
    public var description: String {
        Self.names.first { $0.1 == self }?.0
            ?? "\(isRight ? "right" : "left")-\(isDown ? "down" : "up")-\(isForward ? "forward" : "backward")"
    }

    /// The axes that a word stands for: a description, "blender" or "nerf" for OpenGL's, or three directions.
    public init?(word: String) {
        if let named = Self.names.first(where: { $0.0 == word }) {
            self = named.1
            return
        }
        if ["blender", "nerf"].contains(word) {
            self = .openGL
            return
        }
        let parts = word.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, ["right", "left"].contains(parts[0]), ["down", "up"].contains(parts[1]),
            ["forward", "backward"].contains(parts[2])
        else { return nil }
        self.init(isRight: parts[0] == "right", isDown: parts[1] == "down", isForward: parts[2] == "forward")
    }
}
