import FathomCore
import FathomGeometry

/// Views prepared for the search, loaded when first asked for; the least recently used ones go when the budget is full.
final class SearchViewCache {
    private let views: [View]
    private let levels: Int
    private let budget: Int
    private var held: [Int: SearchView] = [:]
    private var order: [Int] = []

    /// - Parameters:
    ///   - levels: pyramid levels of every view.
    ///   - budget: bytes that may be held; the view asked for last is always kept.
    init(views: [View], levels: Int, budget: Int) {
        self.views = views
        self.levels = levels
        self.budget = budget
    }

    /// Bytes of a prepared view: pyramid and texels, 8 bytes per pixel over all levels.
    static func bytes(width: Int, height: Int) -> Int { width * height * 11 }

    subscript(index: Int) -> SearchView {
        get throws {
            order.removeAll { $0 == index }
            order.append(index)
            if let view = held[index] { return view }
            let source = views[index]
            let view = SearchView(
                pyramid: ImagePyramid(grey: try source.loadColor().gray(), levels: levels), camera: source.pinhole,
                cameraFromWorld: source.cameraFromWorld)
            held[index] = view
            var bytes = held.values.reduce(0) { $0 + Self.bytes(width: $1.camera.width, height: $1.camera.height) }
            while bytes > budget, order.count > 1 {
                let oldest = order.removeFirst()
                if let view = held.removeValue(forKey: oldest) {
                    bytes -= Self.bytes(width: view.camera.width, height: view.camera.height)
                }
            }
            return view
        }
    }
}
