import FathomCore

/// Which views are trained on and which are held out to judge the result, by the protocols of published tables.
public struct ViewSplit: Sendable, Equatable {
    /// Indices into the views as the protocol sorts them, ascending unless the protocol lists them otherwise.
    public let training: [Int]
    /// Indices likewise.
    public let heldOut: [Int]

    /// A split of one's own.
    public init(training: [Int], heldOut: [Int]) {
        self.training = training
        self.heldOut = heldOut
    }

    /// LLFF: every eighth view, the first among them, is held out; of the others some are trained on, evenly spaced.
    ///
    /// Places among the others are round(linspace(0, n − 1, `training`)), halves to even, as NumPy rounds; rounding them away from
    /// zero picks other views than the tables are made of.
    ///
    /// - Parameters:
    ///   - count: photos, sorted by file name.
    ///   - training: how many are trained on; nil for all that are not held out.
    /// - Throws: `inputInvalid` when there are fewer.
    public static func llff(count: Int, training: Int? = 3) throws -> ViewSplit {
        let heldOut = (0..<max(count, 0)).filter { $0 % 8 == 0 }
        let others = (0..<max(count, 0)).filter { $0 % 8 != 0 }
        guard let training else { return ViewSplit(training: others, heldOut: heldOut) }
        guard training >= 1, training <= others.count else {
            throw FathomError(
                .inputInvalid,
                "\(training) of \(count) views cannot be trained on: every eighth is held out, which leaves \(others.count)",
                remedy: "train on at least 1 and at most as many as are left")
        }
        let step = training == 1 ? 0 : Double(others.count - 1) / Double(training - 1)
        let places = (0..<training).map { Int((Double($0) * step).rounded(.toNearestOrEven)) }
        return ViewSplit(training: places.map { others[$0] }, heldOut: heldOut)
    }

    /// DTU as PixelNeRF split it and RegNeRF took it over: of 49 rectified views 3, 6 or 9 fixed ones; 25 are held out, the rest,
    /// which is badly lit, is not used.
    ///
    /// - Throws: `usage` for another number.
    public static func dtu(training: Int = 3) throws -> ViewSplit {
        let order = [25, 22, 28, 40, 44, 48, 0, 8, 13]
        guard [3, 6, 9].contains(training) else {
            throw FathomError(.usage, "\(training) views of DTU are no published split", remedy: "train on 3, 6 or 9")
        }
        let unused = Set(Array(3...7) + Array(16...21) + Array(36...39))
        return ViewSplit(
            training: Array(order.prefix(training)), heldOut: (0..<49).filter { !unused.contains($0) && !order.contains($0) })
    }
}
