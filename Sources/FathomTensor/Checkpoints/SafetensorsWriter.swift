import CKernels
import FathomCore

/// Writes weights as a safetensors file; equal weights give equal bytes.
public enum SafetensorsWriter {
    /// How the numbers are stored.
    public enum Precision: Sendable {
        case float32
        /// Rounded to the nearest half-precision number.
        case float16

        var type: StoredType {
            switch self {
            case .float32: .float32
            case .float16: .float16
            }
        }
    }

    /// Writes all arrays of `weights`, one after another in the order of their keys, so that only one is in memory.
    ///
    /// - Parameter metadata: texts for the header, such as the licence.
    /// - Throws: `cannotCreate`, `io`, `interrupted`, and what reading `weights` throws.
    public static func write(
        _ weights: any WeightSource, metadata: [String: String] = [:], precision: Precision = .float32, to path: String
    ) throws {
        let keys = weights.shapes.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let file = try AtomicFile(path: path)
        try file.write(header(weights.shapes, keys, metadata, precision.type))
        for key in keys {
            try Interrupt.check()
            let values = try weights.floats(key)
            let count = values.count
            switch precision {
            case .float32:
                try values.withPointer { try file.write(UnsafeRawBufferPointer(start: $0, count: count * 4)) }
            case .float16:
                var halves = Buffer<UInt16>(uninitialized: count)
                values.withPointer { values in
                    halves.withMutablePointer { fathom_half_from_float(values, count, $0) }
                }
                try halves.withPointer { try file.write(UnsafeRawBufferPointer(start: $0, count: count * 2)) }
            }
        }
        try file.commit()
    }

    /// The header, padded with spaces so that the data begin at a multiple of eight.
    private static func header(
        _ shapes: [String: [Int]], _ keys: [String], _ metadata: [String: String], _ type: StoredType
    ) -> [UInt8] {
        var object = JSONObject()
        if !metadata.isEmpty {
            object["__metadata__"] = .object(
                JSONObject(metadata.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        }
        var end = 0
        for key in keys {
            let shape = shapes[key]!
            let start = end
            end += shape.reduce(type.size, *)
            object[key] = [
                "dtype": .string(type.rawValue), "shape": .array(shape.map { .int($0) }),
                "data_offsets": [.int(start), .int(end)],
            ]
        }
        var text = Array(JSONValue.object(object).text().utf8)
        text += [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
        var bytes: [UInt8] = []
        bytes.append(littleEndian: UInt64(text.count))
        return bytes + text
    }
}
