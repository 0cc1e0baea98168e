import FathomCore
import FathomMedia
import Synchronization

extension SceneAssembly {
    /// Gives views the depth images of an RGB-D recording, and the ranges of depths in them. Parallel over views.
    ///
    /// Depth images are of 16 bits with the codes 0 and 65535 invalid. One that differs in size from its photo gives the range
    /// only, one of 8 bits nothing; warnings say so.
    ///
    /// - Parameters:
    ///   - paths: the depth image of each draft, nil for none.
    ///   - codeScale: scene units per code.
    mutating func addMeasuredDepth(_ paths: [String?], codeScale: Double, to drafts: inout [Draft]) throws {
        let found = Mutex([Int: (width: Int, height: Int, range: ClosedRange<Double>?)]())
        try ThreadPool.shared.parallelFor(drafts.count) { (index: Int) throws(any Error) in
            try Interrupt.check()
            guard let path = paths[index], case .u16(let depth) = try ImageFile.read(path).samples else { return }
            let range = Self.range(of: depth, codeScale: codeScale)
            found.withLock { $0[index] = (depth.width, depth.height, range) }
        }
        let depths = found.withLock { $0 }
        var (unusable, different) = (0, 0)
        for (index, path) in paths.enumerated() {
            guard let path else { continue }
            guard let depth = depths[index] else {
                unusable += 1
                continue
            }
            drafts[index].depthRange = depth.range
            if (depth.width, depth.height) == (drafts[index].camera.width, drafts[index].camera.height) {
                drafts[index].measuredDepth = .init(path: path, codeScale: codeScale)
            } else {
                different += 1
            }
        }
        if unusable > 0 { warnings.append("\(unusable) depth images are not of 16 bits and are not used") }
        if different > 0 {
            warnings.append("\(different) depth images differ in size from their photos; only their ranges of depth are used")
        }
    }

    /// Quantiles 0.5 % and 99.5 % of the valid depths, widened by 0.8 and 1.25, as the depth and the colour camera need not
    /// coincide; nil with fewer than 1000 valid pixels.
    private static func range(of depth: Raster<UInt16>, codeScale: Double) -> ClosedRange<Double>? {
        var histogram = [Int](repeating: 0, count: 1 << 16)
        depth.withPointer { for index in 0..<depth.samples.count { histogram[Int($0[index])] += 1 } }
        histogram[0] = 0
        histogram[65535] = 0
        let total = histogram.reduce(0, +)
        guard total >= 1000 else { return nil }
        func quantile(_ share: Double) -> Double {
            var left = Int(share * Double(total))
            let value = histogram.firstIndex { count in
                left -= count
                return left < 0
            }
            return Double(value ?? 65534) * codeScale
        }
        return 0.8 * quantile(0.005)...1.25 * quantile(0.995)
    }
}
