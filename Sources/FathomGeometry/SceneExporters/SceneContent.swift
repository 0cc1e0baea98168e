/// What a scene may hold beyond photos, cameras and poses, and most formats cannot.
struct SceneContent: OptionSet {
    let rawValue: Int

    static let points = SceneContent(rawValue: 1 << 0)
    /// Which views see the points.
    static let tracks = SceneContent(rawValue: 1 << 1)
    static let pairs = SceneContent(rawValue: 1 << 2)
    static let bounds = SceneContent(rawValue: 1 << 3)
    static let sphere = SceneContent(rawValue: 1 << 4)
    static let unit = SceneContent(rawValue: 1 << 5)
    static let masks = SceneContent(rawValue: 1 << 6)
    static let opacity = SceneContent(rawValue: 1 << 7)
    static let depthRanges = SceneContent(rawValue: 1 << 8)
    static let measuredDepth = SceneContent(rawValue: 1 << 9)
    static let appliedTransform = SceneContent(rawValue: 1 << 10)
}

extension Scene {
    /// A phrase for everything in the scene that is not in `kept`.
    func losses(keeping kept: SceneContent) -> [String] {
        var phrases: [String] = []
        func add(_ part: SceneContent, _ count: Int, _ phrase: (String) -> String) {
            if count > 0 && !kept.contains(part) { phrases.append(phrase("\(count)")) }
        }
        func add(_ part: SceneContent, inViews has: (View) -> Bool, _ phrase: String) {
            add(part, views.filter(has).count) { "\(phrase) of \($0) of \(views.count) views" }
        }
        let tracked = points.contains { !$0.views.isEmpty }
        add(.points, points.count) { "\($0) sparse points" }
        if kept.contains(.points) { add(.tracks, tracked ? points.count : 0) { "which views see the \($0) sparse points" } }
        add(.pairs, pairs.count { !$0.isEmpty }) { "the recommended sources of \($0) of \(views.count) views" }
        add(.bounds, bounds == nil ? 0 : 1) { _ in "the box to reconstruct" }
        add(.sphere, sphere == nil ? 0 : 1) { _ in "the ball that holds the subject" }
        add(.unit, unit == "scene unit" ? 0 : 1) { _ in "that lengths are in \(unit)" }
        add(.masks, inViews: { $0.maskPath != nil }, "the masks")
        add(.opacity, inViews: { $0.alpha == .mask }, "that alpha is a mask in the photos")
        add(.depthRanges, inViews: { $0.depthRange != nil }, "the depth ranges")
        add(.measuredDepth, inViews: { $0.measuredDepth != nil }, "the depth images")
        add(.appliedTransform, appliedTransform == nil ? 0 : 1) { _ in "nerfstudio's applied_transform" }
        return phrases
    }
}
