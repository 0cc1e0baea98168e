import FathomMedia

/// Small isolated pieces of a depth map.
package enum Speckles {
    private struct Run {
        var pixels: Range<Int>
        /// Index of another run of the same piece, or of itself at the root.
        var parent: Int
    }

    /// The horizontal runs of pixels that belong to pieces of fewer than `minimumPixels` pixels, in raster order.
    ///
    /// Two 4-neighbours belong to one piece when the larger depth is at most (1 + `tolerance`) times the smaller; NaN belongs
    /// to none. Linear time, by union-find over runs.
    package static func find(in raster: Raster<Float>, minimumPixels: Int, tolerance: Float) -> [Range<Int>] {
        let runs = raster.withPointer { connectedRuns($0, width: raster.width, height: raster.height, limit: 1 + tolerance) }
        // Parents come before their children, so one pass flattens the forest and one sums the sizes.
        var roots = [Int](repeating: 0, count: runs.count)
        var sizes = [Int](repeating: 0, count: runs.count)
        for (index, run) in runs.enumerated() {
            roots[index] = run.parent == index ? index : roots[run.parent]
            sizes[roots[index]] += run.pixels.count
        }
        return runs.indices.filter { sizes[roots[$0]] < minimumPixels }.map { runs[$0].pixels }
    }

    private static func connectedRuns(_ depth: UnsafePointer<Float>, width: Int, height: Int, limit: Float) -> [Run] {
        var runs: [Run] = []
        func connects(_ a: Int, _ b: Int) -> Bool { depth[a] <= limit * depth[b] && depth[b] <= limit * depth[a] }
        func root(_ index: Int) -> Int {
            var index = index
            while runs[index].parent != index {
                runs[index].parent = runs[runs[index].parent].parent
                index = runs[index].parent
            }
            return index
        }
        func unite(_ a: Int, _ b: Int) {
            let (a, b) = (root(a), root(b))
            runs[max(a, b)].parent = min(a, b)
        }

        var above = 0..<0
        for y in 0..<height {
            let row = runs.count
            var x = y * width
            let end = x + width
            while x < end {
                guard depth[x] > 0 else {
                    x += 1
                    continue
                }
                let start = x
                x += 1
                while x < end && connects(x - 1, x) { x += 1 }
                runs.append(Run(pixels: start..<x, parent: runs.count))
            }
            var upper = above.lowerBound
            for lower in row..<runs.count {
                let own = runs[lower].pixels
                while upper < above.upperBound && runs[upper].pixels.upperBound + width <= own.lowerBound { upper += 1 }
                var candidate = upper
                while candidate < above.upperBound && runs[candidate].pixels.lowerBound + width < own.upperBound {
                    let shared = own.clamped(
                        to: runs[candidate].pixels.lowerBound + width..<runs[candidate].pixels.upperBound + width)
                    if shared.contains(where: { connects($0, $0 - width) }) { unite(candidate, lower) }
                    candidate += 1
                }
            }
            above = row..<runs.count
        }
        return runs
    }
}
