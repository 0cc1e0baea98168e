/// What a scene may hold besides cameras, poses and photos.
enum SceneExtra: CaseIterable {
    case points, masks, alpha, depthRanges, measuredDepth, pairs, bounds, sphere, appliedTransform
}

extension Scene {
    /// What is dropped, a phrase each, by a format that holds only `kept` of what the scene has.
    func losses(except kept: Set<SceneExtra>) -> [String] {
        SceneExtra.allCases.filter { !kept.contains($0) }.compactMap(phrase)
    }

    /// The scene's share of `extra` in words; nil when it has none.
    private func phrase(_ extra: SceneExtra) -> String? {
        func views(_ what: String, _ has: (View) -> Bool) -> String? {
            let count = self.views.count(where: has)
            return count == 0 ? nil : "\(what) of \(count) view\(count == 1 ? "" : "s")"
        }
        switch extra {
        case .points: return points.isEmpty ? nil : "\(points.count) sparse point\(points.count == 1 ? "" : "s")"
        case .masks: return views("masks") { $0.maskPath != nil }
        case .alpha: return views("the meaning of alpha, a mask,") { $0.alpha == .mask }
        case .depthRanges: return views("depth ranges") { $0.depthRange != nil }
        case .measuredDepth: return views("depth images") { $0.measuredDepth != nil }
        case .pairs: return pairs.isEmpty ? nil : "recommended sources of \(pairs.count { !$0.isEmpty }) views"
        case .bounds: return bounds == nil ? nil : "the box to reconstruct"
        case .sphere: return sphere == nil ? nil : "the sphere around the subject"
        case .appliedTransform: return appliedTransform == nil ? nil : "the transform that was applied to the original world"
        }
    }
}
