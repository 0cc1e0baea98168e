import FathomCore
import FathomGeometry
import Synchronization

/// Views prepared for the search, loaded when first asked for; the least recently used ones go when the budget is full.
final class SearchViewCache: Sendable {
    private let views: [View]
    private let levels: Int
    private let held: Mutex<Holdings>

    /// - Parameters:
    ///   - levels: pyramid levels of every view.
    ///   - budget: bytes that may be held; the view asked for last is always kept.
    init(views: [View], levels: Int, budget: Int) {
        self.views = views
        self.levels = levels
        held = Mutex(Holdings(budget: budget))
    }

    subscript(index: Int) -> SearchView {
        get throws {
            if let view = held.withLock({ $0.use(index) }) { return view }
            let source = views[index]
            let view = SearchView(
                pyramid: ImagePyramid(grey: try source.loadColor().gray(), levels: levels), camera: source.pinhole,
                cameraFromWorld: source.cameraFromWorld)
            held.withLock { $0.keep(view, at: index) }
            return view
        }
    }
}

private struct Holdings {
    let budget: Int
    private var views: [Int: SearchView] = [:]
    /// Indices of `views`, the one used last at the end.
    private var order: [Int] = []

    init(budget: Int) {
        self.budget = budget
    }

    /// Bytes of a prepared view: pyramid and texels, 8 bytes per pixel over all levels.
    private static func bytes(_ view: SearchView) -> Int { view.camera.width * view.camera.height * 11 }

    mutating func use(_ index: Int) -> SearchView? {
        guard let view = views[index] else { return nil }
        order.removeAll { $0 == index }
        order.append(index)
        return view
    }

    mutating func keep(_ view: SearchView, at index: Int) {
        views[index] = view
        order.removeAll { $0 == index }
        order.append(index)
        var bytes = views.values.reduce(0) { $0 + Self.bytes($1) }
        while bytes > budget, order.count > 1 {
            if let view = views.removeValue(forKey: order.removeFirst()) { bytes -= Self.bytes(view) }
        }
    }
}
