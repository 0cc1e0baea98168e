import FathomCore
import FathomMedia

extension PNG16Codec.Coding {
    /// value = scale · code + offset, or its inverse; code 0 is no value.
    var json: JSONValue {
        ["kind": .string(kind.rawValue), "scale": .double(scale), "offset": .double(offset), "invalid_code": 0]
    }
}
