import CKernels
import FathomCore
import FathomTensor

/// Queries, keys and values of one transformer block, laid out for the attention kernel.
struct AttentionState {
    private let count: Int
    private let heads: Int
    private let precision: Precision
    private var queries: Buffer<Float>
    /// Panels of each head in turn: floats or bfloat16, as `precision` says.
    private var keys: Buffer<UInt8>
    private var values: Buffer<UInt8>

    /// Room for `count` tokens.
    init(count: Int, heads: Int, precision: Precision) {
        self.count = count
        self.heads = heads
        self.precision = precision
        let bytes = Linear.panelColumns(count) * heads * Int(FATHOM_HEAD) * (precision == .float32 ? 4 : 2)
        queries = Buffer(uninitialized: count * heads * Int(FATHOM_HEAD))
        keys = Buffer(repeating: 0, count: bytes)
        values = Buffer(repeating: 0, count: bytes)
    }

    /// The state as pointers, valid during the call.
    mutating func withPointers(_ body: (Pointers) -> Void) {
        let (count, heads, precision) = (count, heads, precision)
        withMutablePointers(&queries, &keys, &values) { queries, keys, values in
            body(Pointers(count: count, heads: heads, precision: precision, queries: queries, keys: keys, values: values))
        }
    }

    struct Pointers: Sendable {
        let count: Int
        let heads: Int
        let precision: Precision
        /// [count, heads · 64]; replaced by the result of `attend`.
        let queries: SharedMutablePointer<Float>
        let keys: SharedMutablePointer<UInt8>
        let values: SharedMutablePointer<UInt8>

        private var padded: Int { Linear.panelColumns(count) }

        /// Elements of one head's keys, or values.
        private var headSize: Int { padded * Int(FATHOM_HEAD) }

        private func panels<Element>(_ bytes: SharedMutablePointer<UInt8>, _ head: Int) -> UnsafeMutablePointer<Element> {
            UnsafeMutableRawPointer(bytes.base).assumingMemoryBound(to: Element.self) + head * headSize
        }

        /// Stores the keys and values of some tokens, given as rows [keys of all heads, values of all heads]; the first token
        /// has an even index.
        func pack(_ rows: Range<Int>, _ keysAndValues: UnsafePointer<Float>) {
            let size = Int(FATHOM_HEAD)
            let width = heads * size
            let first = rows.lowerBound
            for head in 0..<heads {
                let ownKeys = keysAndValues + head * size
                let ownValues = ownKeys + width
                switch precision {
                case .float32:
                    fathom_pack_keys(ownKeys, 2 * width, rows.count, first, panels(keys, head))
                    fathom_pack_values(ownValues, 2 * width, rows.count, first, padded, panels(values, head))
                case .bfloat16:
                    fathom_pack_keys_bf16(ownKeys, 2 * width, rows.count, first, panels(keys, head))
                    fathom_pack_values_bf16(ownValues, 2 * width, rows.count, first, padded, panels(values, head))
                }
            }
        }

        /// Replaces all queries by softmax(q kᵀ) v.
        func attend() {
            let width = heads * Int(FATHOM_HEAD)
            let tiles = (count + Linear.tileRows - 1) / Linear.tileRows
            ThreadPool.shared.parallelFor(heads * tiles) { task in
                let head = task / tiles
                let first = task % tiles * Linear.tileRows
                let rows = min(Linear.tileRows, count - first)
                let target = queries + first * width + head * Int(FATHOM_HEAD)
                switch precision {
                case .float32:
                    fathom_attention(target, width, rows, panels(keys, head), panels(values, head), count, target, width)
                case .bfloat16:
                    fathom_attention_bf16(target, width, rows, panels(keys, head), panels(values, head), count, target, width)
                }
            }
        }
    }
}
