/// A number type that NPY files hold, as NumPy spells it without byte order: `f4`, `u1`, ….
public enum NPYType: String, Sendable, CaseIterable {
    case bool = "b1"
    case int8 = "i1"
    case int16 = "i2"
    case int32 = "i4"
    case int64 = "i8"
    case uint8 = "u1"
    case uint16 = "u2"
    case uint32 = "u4"
    case uint64 = "u8"
    case float16 = "f2"
    case float32 = "f4"
    case float64 = "f8"

    /// Bytes of one element.
    public var size: Int {
        switch self {
        case .bool, .int8, .uint8: 1
        case .int16, .uint16, .float16: 2
        case .int32, .uint32, .float32: 4
        case .int64, .uint64, .float64: 8
        }
    }

    /// The type string of a little-endian array: `<f4`, `|u1`.
    var descriptor: String { (size == 1 ? "|" : "<") + rawValue }
}

/// A Swift number that can be written to an NPY file.
public protocol NPYElement: BitwiseCopyable, Sendable {
    static var npyType: NPYType { get }
}

extension Int8: NPYElement { public static var npyType: NPYType { .int8 } }
extension Int16: NPYElement { public static var npyType: NPYType { .int16 } }
extension Int32: NPYElement { public static var npyType: NPYType { .int32 } }
extension Int64: NPYElement { public static var npyType: NPYType { .int64 } }
extension Int: NPYElement { public static var npyType: NPYType { .int64 } }
extension UInt8: NPYElement { public static var npyType: NPYType { .uint8 } }
extension UInt16: NPYElement { public static var npyType: NPYType { .uint16 } }
extension UInt32: NPYElement { public static var npyType: NPYType { .uint32 } }
extension UInt64: NPYElement { public static var npyType: NPYType { .uint64 } }
extension Float: NPYElement { public static var npyType: NPYType { .float32 } }
extension Double: NPYElement { public static var npyType: NPYType { .float64 } }
