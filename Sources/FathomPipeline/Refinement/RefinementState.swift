import FathomCore
import FathomGraph
import FathomMesh

/// The state of a refinement as bytes, to the last bit.
enum RefinementState {
    static func encode(_ state: MeshRefinement.State) -> Buffer<UInt8> {
        let refiner = state.refiner
        var archive = PartArchive()
        archive.add(
            "counts",
            [
                Int64(state.level), Int64(refiner.stepCount), Int64(refiner.startCharacteristic ?? .min),
                Int64(refiner.brokenSteps),
            ])
        archive.add("fastest", [refiner.fastest])
        archive.add("slots", refiner.field.slots.array)
        archive.add("values", refiner.field.values.array)
        if let best = refiner.best {
            archive.add("best", [best.total])
            archive.add("best_slots", best.field.slots.array)
            archive.add("best_values", best.field.values.array)
        }
        return archive.bytes
    }

    /// - Throws: `inputInvalid` for bytes that `encode` did not write.
    static func decode(_ bytes: Buffer<UInt8>) throws -> MeshRefinement.State {
        try bytes.withBytes { bytes in
            let archive = try PartReader(bytes)
            let counts: [Int64] = try archive.array("counts")
            let fastest: [Float] = try archive.array("fastest")
            func field(_ prefix: String) throws -> SurfaceRefiner<LevelSetOptimizer>.FieldState {
                let slots: [Int32] = try archive.array(prefix + "slots")
                let values: [Float] = try archive.array(prefix + "values")
                return .init(slots: Buffer(slots), values: Buffer(values))
            }
            let total: [Double]? = archive.has("best") ? try archive.array("best") : nil
            return MeshRefinement.State(
                level: Int(counts[0]),
                refiner: .init(
                    field: try field(""), best: try total.map { (try field("best_"), $0[0]) }, stepCount: Int(counts[1]),
                    fastest: fastest[0], startCharacteristic: counts[2] == .min ? nil : Int(counts[2]),
                    brokenSteps: Int(counts[3])))
        }
    }
}
