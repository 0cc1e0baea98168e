import FathomCore
import FathomGeometry
import FathomPipeline

/// Options of commands that read a scene.
struct SceneFlags: OptionGroup {
    var masks = ""
    var bounds: Bounds?

    static let schema = OptionSchema<Self>(
        "Scene",
        [
            Option("masks", \.masks, "folder of masks STEM.png; zero marks pixels to ignore", placeholder: "DIR"),
            Option(
                "bounds", \.bounds, "box to reconstruct, in world coordinates", unit: "scene units",
                placeholder: "x0,y0,z0,x1,y1,z1|auto", parse: parseBounds, print: printBounds),
        ])

    /// `path` as a graph input.
    func binding(_ path: String) -> InputBinding {
        InputBinding(path: path, scene: SceneOptions(masks: masks.isEmpty ? nil : masks, bounds: bounds))
    }

    @Sendable
    private static func parseBounds(_ text: String) -> Bounds?? {
        if text == "auto" { return .some(nil) }
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
        guard numbers.count == 6, case let n = numbers.compactMap({ $0 }), n.count == 6 else { return nil }
        return Bounds(lower: [n[0], n[1], n[2]], upper: [n[3], n[4], n[5]])
    }

    @Sendable
    private static func printBounds(_ bounds: Bounds?) -> String {
        guard let bounds else { return "auto" }
        let (a, b) = (bounds.lower, bounds.upper)
        return [a.x, a.y, a.z, b.x, b.y, b.z].map { "\($0)" }.joined(separator: ",")
    }
}
