import FathomCore

/// The content of IDR's and NeuS's `cameras*.npz`.
package struct NeusCameras: Sendable {
    /// `world_mat_0`, `world_mat_1`, …: one per image.
    package var projections: [ProjectionMatrix] = []
    /// What all `scale_mat_i` map the unit sphere to, if they are there and agree.
    package var sphere: BoundingSphere?
    package var warnings: [String] = []

    private static let maximumCameras = 1_000_000

    /// - Parameter name: stands for the file in errors.
    /// - Throws: `inputInvalid`, `io`.
    package init(_ file: NPZReader, name: String) throws {
        let names = Set(file.names)
        let count = names.count { $0.hasPrefix("world_mat_") && Int($0.dropFirst(10)) != nil }
        guard (1...Self.maximumCameras).contains(count) else {
            throw FathomError(
                .inputInvalid, count == 0 ? "holds no world_mat_0" : "holds \(count) cameras, more than \(Self.maximumCameras)",
                remedy: "IDR and NeuS keep world_mat_i and scale_mat_i there", at: name)
        }
        for index in 0..<count {
            guard names.contains("world_mat_\(index)") else {
                throw FathomError(
                    .inputInvalid, "holds \(count) cameras, but no world_mat_\(index)", remedy: "number them from 0 without gaps",
                    at: name)
            }
            let (matrix, offset, _) = try Self.matrix("world_mat_\(index)", file, name)
            projections.append(ProjectionMatrix(matrix: matrix, offset: offset))
        }
        let scales = try (0..<count).filter { names.contains("scale_mat_\($0)") }.map { index in
            let (matrix, offset, last) = try Self.matrix("scale_mat_\(index)", file, name)
            return Self.sphere(matrix, offset, last)
        }
        guard let first = scales.first else { return }
        guard let sphere = first, scales.allSatisfy({ $0.map { Self.areEqual($0, sphere) } ?? false }) else {
            let fault = scales.contains(nil) ? "are no uniform scales with translations" : "differ from view to view"
            warnings.append("the matrices scale_mat_i \(fault): where the subject is, is not known")
            return
        }
        self.sphere = sphere
    }

    /// The upper 3×4 part and the last row of an array of 3×4 or 4×4.
    private static func matrix(
        _ array: String, _ file: NPZReader, _ name: String
    ) throws -> (Matrix3, SIMD3<Double>, last: [Double]) {
        let content = try file.array(array)
        guard content.shape == [3, 4] || content.shape == [4, 4] else {
            throw FathomError(.inputInvalid, "\(array) has the shape \(content.shape), not 3×4 or 4×4", at: name)
        }
        let v = content.doubles().array
        guard v.allSatisfy(\.isFinite) else {
            throw FathomError(.inputInvalid, "\(array) has numbers that are not finite", at: name)
        }
        return (
            Matrix3(rows: SIMD3(v[0..<3]), SIMD3(v[4..<7]), SIMD3(v[8..<11])), [v[3], v[7], v[11]],
            v.count == 16 ? Array(v[12...]) : [0, 0, 0, 1]
        )
    }

    /// The ball that the unit sphere becomes, if it becomes one.
    private static func sphere(_ matrix: Matrix3, _ offset: SIMD3<Double>, _ last: [Double]) -> BoundingSphere? {
        let radius = matrix.row0.x
        guard radius > 0, last == [0, 0, 0, 1] else { return nil }
        let difference = zip(matrix.rowMajor, Matrix3.identity.rowMajor).map { abs($0 - radius * $1) }.max() ?? 0
        return difference <= 1e-6 * radius ? BoundingSphere(center: offset, radius: radius) : nil
    }

    private static func areEqual(_ a: BoundingSphere, _ b: BoundingSphere) -> Bool {
        length(a.center - b.center) <= 1e-6 * b.radius && abs(a.radius - b.radius) <= 1e-6 * b.radius
    }
}
