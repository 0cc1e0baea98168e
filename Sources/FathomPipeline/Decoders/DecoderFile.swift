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
        /// The numbers of an NPY file.
        case file(String)

        public init?(_ word: String) {
            switch word {
            case "": return nil
            case "mean": self = .mean
            case "zero": self = .zero
            default: self = Int(word).map { .known($0) } ?? .file(word)
            }
        }

        public var description: String {
            switch self {
            case .mean: "mean"
            case .zero: "zero"
            case .known(let index): "\(index)"
            case .file(let path): path
            }
        }
    }

    /// - Parameters:
    ///   - path: weights in the layout of DeepSDF and MeshSDF; see `MLPField`.
    ///   - codes: a file with one array of [shapes × numbers] or [shapes × 1 × numbers].
    ///   - bounds: the box in which the decoder has its shapes.
    /// - Throws: `inputMissing`, `io`, or `inputInvalid` for a damaged file, or one without such an array, or with codes of
    ///   another length than a `specs.json` beside the decoder states.
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
        if let (stated, place) = try Self.statedSize(beside: path), stated != size {
            throw FathomError(
                .inputInvalid, "holds codes of \(size) numbers, and \(place) says that the decoder takes \(stated)",
                remedy: "give the file of latent codes that belongs to the decoder", at: codes)
        }
        self.codes = (0..<shape[0]).map { Array(numbers[$0 * size..<($0 + 1) * size]) }
        self.bounds = bounds
    }

    /// The length of codes, where an experiment of DeepSDF or MeshSDF tells it: in `specs.json` in the weights' folder, or in the
    /// one above it. Weights with Fourier features alone leave it open.
    private static func statedSize(beside path: String) throws -> (size: Int, place: String)? {
        for folder in [path.parentPath, path.parentPath.appendingPath("..")] {
            let place = folder.appendingPath("specs.json")
            guard FileSystem.kind(of: place) == .file else { continue }
            guard let size = try JSONNode.parse(FileSystem.readText(place), name: place).member("CodeLength") else { continue }
            return (try size.int(), place)
        }
        return nil
    }

    /// The decoder with the code to start from.
    ///
    /// - Throws: `usage` for a number beyond the codes; `inputInvalid` for weights that do not fit them, or a file with another
    ///   code; what reading it throws.
    public func field(from start: Start) throws -> MLPField {
        let size = codes[0].count
        let code: [Float]
        switch start {
        case .zero: code = [Float](repeating: 0, count: size)
        case .mean:
            code = (0..<size).map { i in codes.reduce(0) { $0 + $1[i] } / Float(codes.count) }
        case .known(let index):
            guard codes.indices.contains(index) else {
                throw FathomError(
                    .usage, "there are \(codes.count) codes, numbered from 0", remedy: "choose one of 0…\(codes.count - 1)",
                    at: "--start \(index)")
            }
            code = codes[index]
        case .file(let path):
            code = try NPYArray(path: path).floats().array
            guard code.count == size, code.allSatisfy(\.isFinite) else {
                throw FathomError(
                    .inputInvalid, "holds \(code.count) numbers where a code has \(size), all of them finite",
                    remedy: "give a code of this decoder, such as the code.npy of another fit", at: path)
            }
        }
        return try MLPField(checkpoint: checkpoint, latent: Buffer(code), fitted: .latent, bounds: bounds)
    }
}
