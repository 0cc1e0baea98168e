import FathomCore
import FathomGraph

extension PartArchive {
    /// Three scalars for each vector; the fourth lane of a vector in memory has no value of its own.
    mutating func add<Scalar: SIMDScalar & BitwiseCopyable & Sendable>(_ name: String, vectors: [SIMD3<Scalar>]) {
        var scalars = Buffer<Scalar>(uninitialized: vectors.count * 3)
        scalars.withMutablePointer { scalars in
            for (index, vector) in vectors.enumerated() {
                scalars[3 * index] = vector.x
                scalars[3 * index + 1] = vector.y
                scalars[3 * index + 2] = vector.z
            }
        }
        add(name, scalars)
    }
}

extension PartReader {
    /// The vectors of an array that `add(_:vectors:)` made.
    ///
    /// - Throws: `inputInvalid` when there is no such array.
    func vectors<Scalar: SIMDScalar & BitwiseCopyable & Sendable>(_ name: String) throws -> [SIMD3<Scalar>] {
        let scalars: Buffer<Scalar> = try buffer(name)
        return scalars.withPointer { scalar in
            (0..<scalars.count / 3).map { SIMD3(scalar[3 * $0], scalar[3 * $0 + 1], scalar[3 * $0 + 2]) }
        }
    }
}
