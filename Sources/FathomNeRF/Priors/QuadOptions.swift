/// How quads are drawn.
public struct QuadOptions: Sendable, Equatable {
    /// Where a pixel's neighbour is looked for.
    public enum Window: Sendable, Equatable {
        /// Rows and columns −3…3 around the pixel.
        case symmetric
        /// Rows and columns −3…2 around the pixel, as the original has it.
        case shifted

        var offsets: ClosedRange<Int> { self == .symmetric ? -3...3 : -3...2 }
    }

    /// Sides of the boxes in which a prior's order is trusted, pixels of the training size; nil for the whole image.
    public var box: Int?
    /// Pairs whose priors differ by less than this share of the prior's spread are not ranked.
    public var tieBand: Float
    /// Where neighbours are looked for.
    public var window: Window
    /// Whether a pixel may not be its own neighbour.
    public var excludesCenter: Bool
    /// Whether all quads of a draw are of one view; else each chooses its own.
    public var sharesView: Bool

    /// By default with what was found to improve on the original.
    public init(
        box: Int? = 30, tieBand: Float = 0.005, window: Window = .symmetric, excludesCenter: Bool = true, sharesView: Bool = false
    ) {
        self.box = box
        self.tieBand = tieBand
        self.window = window
        self.excludesCenter = excludesCenter
        self.sharesView = sharesView
    }

    /// As the authors' program draws (G. Wang et al., "SparseNeRF", ICCV 2023).
    public static func original(box: Int?) -> QuadOptions {
        QuadOptions(box: box, tieBand: 0, window: .shifted, excludesCenter: false, sharesView: true)
    }
}

extension QuadOptions {
    /// Boxes of the authors' runs on LLFF scenes at an eighth of the photos' size; 30 for scenes that they do not list.
    public static func box(ofLLFF scene: String) -> Int? {
        switch scene {
        case "leaves": 180
        case "horns": 60
        case "room", "fortress": nil
        default: 30
        }
    }

    /// Boxes of the authors' runs on DTU scans at a quarter of the photos' size.
    public static func box(ofDTU scan: Int) -> Int? { [34, 38, 82].contains(scan) ? 100 : nil }
}
