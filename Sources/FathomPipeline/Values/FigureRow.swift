/// Figures by name, in the order of the columns of a table.
public struct FigureRow: Sendable {
    /// NaN stands for a figure that the row does not have.
    public var figures: [(name: String, value: Double)]

    public init(_ figures: [(name: String, value: Double)]) {
        self.figures = figures
    }
}
