import FathomCore

/// The way around a mesh, and the video of it.
public struct OrbitOptions: OptionGroup {
    /// One turn.
    public var frames = 120
    /// Pixels per row.
    public var width = 960
    /// Rows.
    public var height = 720
    /// Degrees above the middle.
    public var elevation = 20.0
    /// Of the width, degrees.
    public var fieldOfView = 50.0
    /// Not zero.
    public var up = SIMD3(0.0, 0, 1)

    public init() {}

    public static let schema = OptionSchema<Self>(
        "Orbit",
        [
            Option("frames", \.frames, "frames of one turn, 30 a second", range: .within(1...100_000)),
            Option("width", \.width, "width of the video", unit: "px", range: .within(16...8192)),
            Option("height", \.height, "height of the video", unit: "px", range: .within(16...8192)),
            Option(
                "elevation", \.elevation, "how far above the middle of the mesh the camera is", unit: "degrees",
                range: .within(-89...89)),
            Option("fieldOfView", \.fieldOfView, "horizontal field of view", unit: "degrees", range: .within(1...170)),
            Option(
                "up", \.up, "the world's direction that points up in the video, such as z, 0,1,0 or --up=-y",
                placeholder: "x|y|z|-x|-y|-z|X,Y,Z", parse: parseUp, print: printUp),
        ])

    private static let axes: KeyValuePairs<String, SIMD3<Double>> = [
        "x": [1, 0, 0], "y": [0, 1, 0], "z": [0, 0, 1], "-x": [-1, 0, 0], "-y": [0, -1, 0], "-z": [0, 0, -1],
    ]

    @Sendable
    private static func parseUp(_ text: String) -> SIMD3<Double>? {
        if let axis = axes.first(where: { $0.key == text }) { return axis.value }
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
        guard numbers.count == 3, let x = numbers[0], let y = numbers[1], let z = numbers[2] else { return nil }
        let square = x * x + y * y + z * z
        return square > 0 && square < .infinity ? [x, y, z] : nil
    }

    @Sendable
    private static func printUp(_ up: SIMD3<Double>) -> String {
        axes.first { $0.value == up }?.key ?? "\(up.x),\(up.y),\(up.z)"
    }
}
