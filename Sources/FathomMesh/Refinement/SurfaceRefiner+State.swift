import FathomCore
import FathomFields

extension SurfaceRefiner where Optimizer == LevelSetOptimizer {
    /// A grid field without its lattice.
    public struct FieldState: Sendable {
        public var slots: Buffer<Int32>
        public var values: Buffer<Float>

        public init(slots: Buffer<Int32>, values: Buffer<Float>) {
            self.slots = slots
            self.values = values
        }

        init(_ field: GridField) { self.init(slots: field.slots, values: field.parameters) }
    }

    /// All that the next step needs beside losses, views and options.
    public struct State: Sendable {
        public var field: FieldState
        /// The best field so far and its loss; nil before the first step.
        public var best: (field: FieldState, total: Double)?
        public var stepCount: Int
        public var fastest: Float
        public var startCharacteristic: Int?
        public var brokenSteps: Int

        public init(
            field: FieldState, best: (field: FieldState, total: Double)?, stepCount: Int, fastest: Float,
            startCharacteristic: Int?, brokenSteps: Int
        ) {
            self.field = field
            self.best = best
            self.stepCount = stepCount
            self.fastest = fastest
            self.startCharacteristic = startCharacteristic
            self.brokenSteps = brokenSteps
        }
    }

    public var state: State {
        State(
            field: FieldState(field), best: best.map { (FieldState($0.field), $0.total) }, stepCount: stepCount,
            fastest: optimizer.fastest, startCharacteristic: startCharacteristic, brokenSteps: brokenSteps)
    }

    /// Goes on from a state of a refiner with the same lattice.
    public mutating func take(_ state: State) {
        func grid(_ field: FieldState) -> GridField {
            GridField(slots: field.slots, values: field.values, lattice: self.field.lattice)
        }
        best = state.best.map { (grid($0.field), $0.total) }
        field = grid(state.field)
        stepCount = state.stepCount
        optimizer.fastest = state.fastest
        startCharacteristic = state.startCharacteristic
        brokenSteps = state.brokenSteps
    }
}
