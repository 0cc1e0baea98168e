import FathomCore
import FathomTensor

extension RadianceTrainer {
    /// All that the next step needs beside views, space, options and seed.
    ///
    /// Random numbers of a step follow from the seed and its number alone.
    public struct State: Sendable {
        public var stepCount: Int
        public var tables: Buffer<Float>
        public var network: Buffer<Float>
        public var tableOptimizer: TableOptimizer.State
        public var networkOptimizer: Adam.State
        public var averageTables: Buffer<Float>
        public var averageNetwork: Buffer<Float>
        public var knownDensities: Buffer<Float>
        public var densityUpdates: Int
        /// Nil before cells are passed by.
        public var occupancy: Buffer<UInt8>?
        /// Nil without exposures.
        public var exposures: (parameters: Buffer<Float>, optimizer: Adam.State)?
        public var rateScale: Float
        public var skippedSteps: Int

        public init(
            stepCount: Int, tables: Buffer<Float>, network: Buffer<Float>, tableOptimizer: TableOptimizer.State,
            networkOptimizer: Adam.State, averageTables: Buffer<Float>, averageNetwork: Buffer<Float>,
            knownDensities: Buffer<Float>, densityUpdates: Int, occupancy: Buffer<UInt8>?,
            exposures: (parameters: Buffer<Float>, optimizer: Adam.State)?, rateScale: Float, skippedSteps: Int
        ) {
            self.stepCount = stepCount
            self.tables = tables
            self.network = network
            self.tableOptimizer = tableOptimizer
            self.networkOptimizer = networkOptimizer
            self.averageTables = averageTables
            self.averageNetwork = averageNetwork
            self.knownDensities = knownDensities
            self.densityUpdates = densityUpdates
            self.occupancy = occupancy
            self.exposures = exposures
            self.rateScale = rateScale
            self.skippedSteps = skippedSteps
        }
    }

    public var state: State {
        State(
            stepCount: stepCount, tables: field.tables, network: field.network, tableOptimizer: tableOptimizer.state,
            networkOptimizer: networkOptimizer.state, averageTables: average.tables, averageNetwork: average.network,
            knownDensities: known.values, densityUpdates: known.updates, occupancy: field.occupancy?.bits,
            exposures: exposure.map { ($0.parameters, $0.adam.state) }, rateScale: rateScale, skippedSteps: skippedSteps)
    }

    /// Goes on from the state of a trainer with the same views, space, options and seed.
    ///
    /// - Throws: `inputInvalid` for the state of another field.
    public mutating func take(_ state: State) throws {
        let (tables, network) = (field.tables.count, field.network.count)
        let ofTables = [
            state.tables.count, state.averageTables.count, state.tableOptimizer.first.count, state.tableOptimizer.second.count,
        ]
        let ofNetwork = [
            state.network.count, state.averageNetwork.count, state.networkOptimizer.first.count,
            state.networkOptimizer.second.count,
        ]
        guard ofTables.allSatisfy({ $0 == tables }), state.tableOptimizer.steps.count == tables / 2,
            ofNetwork.allSatisfy({ $0 == network }), state.knownDensities.count == known.values.count,
            state.occupancy.map({ $0.count == known.values.count / 8 }) ?? true,
            state.exposures?.parameters.count == exposure?.parameters.count
        else {
            throw FathomError(.inputInvalid, "the state is that of another radiance field")
        }
        stepCount = state.stepCount
        (field.tables, field.network) = (state.tables, state.network)
        tableOptimizer.state = state.tableOptimizer
        networkOptimizer.state = state.networkOptimizer
        (average.tables, average.network) = (state.averageTables, state.averageNetwork)
        known = KnownDensity(values: state.knownDensities, updates: state.densityUpdates)
        field.occupancy = state.occupancy.map { Occupancy(bits: $0) }
        if let exposures = state.exposures {
            exposure?.parameters = exposures.parameters
            exposure?.adam.state = exposures.optimizer
        }
        (rateScale, skippedSteps) = (state.rateScale, state.skippedSteps)
        anneal()
    }
}
