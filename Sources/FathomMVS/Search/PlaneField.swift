import CKernels
import FathomCore

/// A plane per pixel at one level: ρ(x + dx, y + dy) = rho + slopeX dx + slopeY dy, with its cost.
struct PlaneField: Sendable {
    var rho: PaddedPlane<Float>
    var slopeX: PaddedPlane<Float>
    var slopeY: PaddedPlane<Float>
    var cost: PaddedPlane<Float>

    /// A cost that no candidate of an arm survives.
    static let marginCost: Float = 10

    var width: Int { rho.width }
    var height: Int { rho.height }

    init(width: Int, height: Int) {
        rho = PaddedPlane(width: width, height: height, repeating: 0)
        slopeX = PaddedPlane(width: width, height: height, repeating: 0)
        slopeY = PaddedPlane(width: width, height: height, repeating: 0)
        cost = PaddedPlane(width: width, height: height, repeating: Self.marginCost)
    }

    /// Calls `body` with the kernel's view of this field.
    mutating func withKernelField<Result>(_ body: (SharedPointer<FathomPlaneField>) throws -> Result) rethrows -> Result {
        try withMutablePointers(&rho, &slopeX, &slopeY, &cost) { rho, slopeX, slopeY, cost in
            let field = FathomPlaneField(rho: rho.base, slope_x: slopeX.base, slope_y: slopeY.base, cost: cost.base)
            return try withUnsafePointer(to: field) { try body(SharedPointer($0)) }
        }
    }

    /// Makes the margin repeat the border's planes, at `marginCost` beside each row.
    mutating func sealMargin() {
        rho.replicateMargin()
        slopeX.replicateMargin()
        slopeY.replicateMargin()
        let (width, height, stride, margin) = (cost.width, cost.height, cost.stride, PaddedPlane<Float>.margin)
        cost.withMutableOrigin { cost in
            for y in 0..<height {
                (cost + y * stride - margin).update(repeating: Self.marginCost, count: margin)
                (cost + y * stride + width).update(repeating: Self.marginCost, count: margin)
            }
        }
    }

    /// This field at twice the resolution, every pixel taking its parent's plane (nearest neighbour).
    func doubled(width: Int, height: Int) -> PlaneField {
        var fine = PlaneField(width: width, height: height)
        let (from, to) = (rho.stride, fine.rho.stride)
        func fill(_ target: inout PaddedPlane<Float>, _ value: (_ source: Int, _ right: Float, _ below: Float) -> Float) {
            target.withMutableOrigin { target in
                for y in 0..<height {
                    let below: Float = y & 1 == 0 ? -0.25 : 0.25
                    let row = rho.origin + (y >> 1) * from
                    for x in 0..<width {
                        target[y * to + x] = value(row + (x >> 1), x & 1 == 0 ? -0.25 : 0.25, below)
                    }
                }
            }
        }
        withPointers(rho.values, slopeX.values, slopeY.values, cost.values) { rho, slopeX, slopeY, cost in
            fill(&fine.rho) { rho[$0] + $1 * slopeX[$0] + $2 * slopeY[$0] }
            fill(&fine.slopeX) { i, _, _ in slopeX[i] * 0.5 }
            fill(&fine.slopeY) { i, _, _ in slopeY[i] * 0.5 }
            fill(&fine.cost) { i, _, _ in cost[i] }
        }
        fine.sealMargin()
        return fine
    }
}
