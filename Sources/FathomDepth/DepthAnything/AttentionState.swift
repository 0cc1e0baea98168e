import CKernels
import FathomCore
import FathomTensor

/// Queries, keys and values of one transformer block, laid out for the attention kernel.
struct AttentionState {
    private let count: Int
    private let heads: Int
    private var queries: Buffer<Float>
    private var keys: Buffer<Float>
    private var values: Buffer<Float>

    /// Room for `count` tokens.
    init(count: Int, heads: Int) {
        self.count = count
        self.heads = heads
        let padded = Linear.panelColumns(count)
        queries = Buffer(uninitialized: count * heads * Int(FATHOM_HEAD))
        keys = Buffer(repeating: 0, count: padded * heads * Int(FATHOM_HEAD))
        values = Buffer(repeating: 0, count: padded * heads * Int(FATHOM_HEAD))
    }

    /// The state as pointers, valid during the call.
    mutating func withPointers(_ body: (Pointers) -> Void) {
        let (count, heads) = (count, heads)
        queries.withMutablePointer { queries in
            keys.withMutablePointer { keys in
                values.withMutablePointer { values in
                    body(Pointers(count: count, heads: heads, queries: queries, keys: keys, values: values))
                }
            }
        }
    }

    struct Pointers {
        let count: Int
        let heads: Int
        /// [count, heads · 64]; replaced by the result of `attend`.
        let queries: UnsafeMutablePointer<Float>
        /// Panels of each head in turn.
        let keys: UnsafeMutablePointer<Float>
        let values: UnsafeMutablePointer<Float>

        private var padded: Int { Linear.panelColumns(count) }

        /// Stores the keys and values of some tokens, given as rows [keys of all heads, values of all heads].
        func pack(_ rows: Range<Int>, _ keysAndValues: UnsafePointer<Float>) {
            let head = Int(FATHOM_HEAD)
            let width = heads * head
            for index in 0..<heads {
                let base = index * padded * head
                fathom_pack_keys(keysAndValues + index * head, 2 * width, rows.count, rows.lowerBound, keys + base)
                fathom_pack_values(
                    keysAndValues + width + index * head, 2 * width, rows.count, rows.lowerBound, padded, values + base)
            }
        }

        /// Replaces all queries by softmax(q kᵀ) v.
        func attend() {
            let head = Int(FATHOM_HEAD)
            let width = heads * head
            let tiles = (count + Linear.tileRows - 1) / Linear.tileRows
            ThreadPool.shared.parallelFor(heads * tiles) { task in
                let base = task / tiles * padded * head
                let first = task % tiles * Linear.tileRows
                let target = queries + first * width + task / tiles * head
                fathom_attention(
                    target, width, min(Linear.tileRows, count - first), keys + base, values + base, count, target, width)
            }
        }
    }
}
