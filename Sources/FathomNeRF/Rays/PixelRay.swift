/// A ray of a training batch: a place in a view.
public struct PixelRay: Sendable, Equatable {
    /// Index into the trainer's views.
    public var view: Int
    /// Continuous pixels of that view: the centre of the first one is (0.5, 0.5).
    public var x: Float
    public var y: Float

    public init(view: Int, x: Float, y: Float) {
        self.view = view
        self.x = x
        self.y = y
    }
}
