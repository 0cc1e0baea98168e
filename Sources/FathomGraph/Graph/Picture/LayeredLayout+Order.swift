extension LayeredLayout {
    /// Sweeps down and up, and keeps the order with the fewest crossings.
    mutating func reduceCrossings() {
        var best = (crossings: crossings, layers: layers)
        for sweep in 0..<16 where best.crossings > 0 {
            let isDown = sweep.isMultiple(of: 2)
            for layer in isDown ? Array(layers.indices.dropFirst()) : layers.indices.dropLast().reversed() {
                sort(layer, byLinesFromAbove: isDown)
            }
            let count = crossings
            if count < best.crossings { best = (count, layers) }
        }
        layers = best.layers
    }

    /// Orders a layer by the mean places of what its vertices are joined with in the layer above or below; vertices joined
    /// with nothing there keep their place.
    private mutating func sort(_ layer: Int, byLinesFromAbove isDown: Bool) {
        var sums: [Int: (sum: Double, count: Double)] = [:]
        let places = places(in: layers[isDown ? layer - 1 : layer + 1])
        for segment in segments[isDown ? layer - 1 : layer] {
            let (own, other, offset) =
                isDown
                ? (segment.lower, segment.upper, segment.upperOffset) : (segment.upper, segment.lower, segment.lowerOffset)
            let place = Double(places[other, default: 0]) + offset / vertices[other].width
            let before = sums[own, default: (0, 0)]
            sums[own] = (before.sum + place, before.count + 1)
        }
        let keys = layers[layer].enumerated().map { index, vertex in
            sums[vertex].map { $0.sum / $0.count } ?? Double(index)
        }
        layers[layer] = layers[layer].indices.sorted { (keys[$0], $0) < (keys[$1], $1) }.map { layers[layer][$0] }
    }

    private func places(in layer: [Int]) -> [Int: Int] {
        Dictionary(uniqueKeysWithValues: layer.enumerated().map { ($1, $0) })
    }

    /// Pairs of segments that cross, over all layers.
    package var crossings: Int {
        var count = 0
        for index in layers.indices.dropLast() {
            let (upper, lower) = (places(in: layers[index]), places(in: layers[index + 1]))
            let ends = segments[index].map { segment in
                (
                    up: Double(upper[segment.upper, default: 0]) + segment.upperOffset / vertices[segment.upper].width,
                    down: Double(lower[segment.lower, default: 0]) + segment.lowerOffset / vertices[segment.lower].width
                )
            }.sorted { ($0.up, $0.down) < ($1.up, $1.down) }
            // Segments to the left that end further to the right.
            var ended: [Double] = []
            for end in ends {
                var (low, high) = (0, ended.count)
                while low < high {
                    let middle = (low + high) / 2
                    if ended[middle] <= end.down { low = middle + 1 } else { high = middle }
                }
                count += ended.count - low
                ended.insert(end.down, at: low)
            }
        }
        return count
    }
}
