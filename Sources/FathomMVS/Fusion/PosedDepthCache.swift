import FathomCore

/// Views loaded on demand and kept within a byte limit, for a known sequence of steps.
///
/// Because the sequence is known, the view whose next use lies farthest ahead is dropped first (Belády 1966), and a view
/// with no further use at once; for views of equal size no other rule loads fewer.
struct PosedDepthCache {
    private let load: (Int) throws -> PosedDepth
    /// Steps that still use each view, the next one last.
    private var uses: [[Int]]
    private var held: [Int: PosedDepth] = [:]
    private var heldBytes = 0
    /// Most bytes held at a time.
    private(set) var peakBytes = 0
    private(set) var loads = 0

    /// - Parameter steps: views that each step needs together.
    init(steps: [[Int]], views: Int, load: @escaping (Int) throws -> PosedDepth) {
        self.load = load
        uses = Array(repeating: [], count: views)
        for (step, needed) in steps.enumerated().reversed() {
            for view in needed { uses[view].append(step) }
        }
    }

    /// The views of the next step, in the order of `needed`.
    ///
    /// - Parameter limit: bytes all held views may take.
    /// - Throws: `usage` when the views of this step alone take more; whatever loading throws.
    mutating func take(_ needed: [Int], limit: Int) throws -> [PosedDepth] {
        for view in needed where held[view] == nil {
            let loaded = try load(view)
            loads += 1
            heldBytes += loaded.bytes
            held[view] = loaded
            try shrink(to: limit, keeping: needed)
            peakBytes = max(peakBytes, heldBytes)
        }
        let taken = needed.compactMap { held[$0] }
        for view in needed {
            uses[view].removeLast()
            if uses[view].isEmpty { drop(view) }
        }
        return taken
    }

    private mutating func shrink(to limit: Int, keeping needed: [Int]) throws {
        while heldBytes > limit {
            // Equal next uses fall to the higher index, so that the choice does not depend on hashing.
            let candidates = held.keys.filter { !needed.contains($0) }
            guard let victim = candidates.max(by: { (uses[$0].last ?? .max, $0) < (uses[$1].last ?? .max, $1) }) else {
                throw FathomError(
                    .usage, "a view and its \(needed.count - 1) neighbours do not fit into \(max(limit, 0) >> 20) MiB",
                    remedy: "allow more memory, fewer neighbours or smaller depth maps")
            }
            drop(victim)
        }
    }

    private mutating func drop(_ view: Int) {
        if let dropped = held.removeValue(forKey: view) { heldBytes -= dropped.bytes }
    }
}

extension PosedDepth {
    /// Bytes of the pixels.
    var bytes: Int {
        depth.values.samples.count * 4 + (depth.confidence?.samples.count ?? 0) * 4 + (color?.samples.count ?? 0)
    }

    /// Number of pixels with a depth.
    var validPixels: Int {
        let count = depth.values.pixelCount
        return depth.values.withPointer { values in (0..<count).count { values[$0] > 0 && values[$0] < .infinity } }
    }
}
