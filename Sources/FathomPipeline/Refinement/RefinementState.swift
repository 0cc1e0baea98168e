import FathomCore
import FathomGraph
import FathomMedia
import FathomMesh

/// The state of a refinement and the pictures of its way as bytes, to the last bit.
enum RefinementState {
    static func encode(_ state: MeshRefinement.State, way: [Raster<UInt8>]) -> Buffer<UInt8> {
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
        if let first = way.first {
            archive.add("way_size", [Int64(first.width), Int64(first.height)])
            archive.add("way", way.flatMap(\.samples.array))
        }
        return archive.bytes
    }

    /// - Throws: `inputInvalid` for bytes that `encode` did not write.
    static func decode(_ bytes: Buffer<UInt8>) throws -> (state: MeshRefinement.State, way: [Raster<UInt8>]) {
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
            let state = MeshRefinement.State(
                level: Int(counts[0]),
                refiner: .init(
                    field: try field(""), best: try total.map { (try field("best_"), $0[0]) }, stepCount: Int(counts[1]),
                    fastest: fastest[0], startCharacteristic: counts[2] == .min ? nil : Int(counts[2]),
                    brokenSteps: Int(counts[3])))
            return (state, archive.has("way") ? try pictures(archive.array("way_size"), archive.array("way")) : [])
        }
    }

    /// RGB pictures of one size, one after the other.
    private static func pictures(_ size: [Int64], _ samples: [UInt8]) throws -> [Raster<UInt8>] {
        let bytes = 3 * Int(size[0]) * Int(size[1])
        guard bytes > 0, samples.count % bytes == 0 else { throw FathomError(.inputInvalid, "the pictures are damaged") }
        return stride(from: 0, to: samples.count, by: bytes).map { first in
            Raster(
                width: Int(size[0]), height: Int(size[1]), channels: 3, samples: Buffer(Array(samples[first..<first + bytes])))
        }
    }
}
