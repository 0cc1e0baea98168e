import FathomCore
import FathomFields
import FathomGeometry
import FathomTensor

/// A trained decoder of signed distances with the codes of the shapes that it was trained on.
public struct DecoderFile: Sendable {
    /// The codes, in their order; empty where no file of codes was given.
    public let codes: [[Float]]
    private let checkpoint: Checkpoint
    private let bounds: Bounds

    /// Where a fit starts.
    public enum Start: Sendable, Equatable, CustomStringConvertible {
        /// The mean of the known codes.
        case mean
        /// All numbers 0.
        case zero
        /// One of the known codes, counted from 0.
        case known(Int)

        public init?(_ word: String) {
            switch word {
            case "mean": self = .mean
            case "zero": self = .zero
            default:
                guard let index = Int(word), index >= 0 else { return nil }
                self = .known(index)
            }
        }

        public var description: String {
            switch self {
            case .mean: "mean"
            case .zero: "zero"
            case .known(let index): "\(index)"
            }
        }
    }

    /// - Parameters:
    ///   - path: weights in the layout of DeepSDF and MeshSDF; see `MLPField`.
    ///   - codes: a file with one array of [shapes × numbers] or [shapes × 1 × numbers].
    ///   - bounds: the box in which the decoder has its shapes.
    /// - Throws: `inputMissing`, `io`, or `inputInvalid` for a damaged file, or one without such an array.
    public init(_ path: String, codes: String, bounds: Bounds) throws {
        checkpoint = try Checkpoint(path: path)
        let file = try Checkpoint(path: codes)
        let arrays = file.shapes.filter { $0.value.count >= 2 && $0.value.dropFirst().dropLast().allSatisfy { $0 == 1 } }
        guard arrays.count == 1, let (key, shape) = arrays.first, let size = shape.last, size > 0, shape[0] > 0 else {
            throw FathomError(
                .inputInvalid, "holds \(arrays.count) arrays of codes where one of [shapes × numbers] is needed",
                remedy: "give the file of latent codes that belongs to the decoder", at: codes)
        }
        let numbers = try file.floats(key).array
        guard numbers.allSatisfy(\.isFinite) else {
            throw FathomError(.inputInvalid, "holds codes that are not finite", at: codes)
        }
        self.codes = (0..<shape[0]).map { Array(numbers[$0 * size..<($0 + 1) * size]) }
        self.bounds = bounds
    }

    /// The decoder with the code to start from.
    ///
    /// - Throws: `usage` for a number beyond the codes; `inputInvalid` for weights that do not fit them.
    public func field(from start: Start) throws -> MLPField {
        let size = codes[0].count
        let code: [Float]
        switch start {
        case .zero: code = [Float](repeating: 0, count: size)
        case .mean:
            code = (0..<size).map { i in codes.reduce(0) { $0 + $1[i] } / Float(codes.count) }
        case .known(let index):
            guard index < codes.count else {
                throw FathomError(
                    .usage, "there are \(codes.count) codes, numbered from 0", remedy: "choose one of 0…\(codes.count - 1)",
                    at: "--start \(index)")
            }
            code = codes[index]
        }
        return try MLPField(checkpoint: checkpoint, latent: Buffer(code), fitted: .latent, bounds: bounds)
    }
}
