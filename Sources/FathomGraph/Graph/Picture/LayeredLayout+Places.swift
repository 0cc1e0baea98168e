extension LayeredLayout {
    /// Moves vertices towards those they are joined with, layer by layer, down and up, without changing their order.
    mutating func placeAcross() {
        for layer in layers.indices { settle(layer, [:]) }
        for sweep in 0..<32 {
            let isDown = sweep.isMultiple(of: 2)
            for layer in isDown ? Array(layers.indices) : layers.indices.reversed() {
                var wishes: [Int: (sum: Double, weight: Double)] = [:]
                // The last sweeps heed both sides, so that boxes end between what they read and what reads them.
                if layer > 0 && (isDown || sweep > 20) { collect(segments[layer - 1], isUpper: false, &wishes) }
                if !isDown || sweep > 20 { collect(segments[layer], isUpper: true, &wishes) }
                settle(layer, wishes)
            }
        }
        let left = vertices.map(\.x).min() ?? 0
        for index in vertices.indices { vertices[index].x -= left }
    }

    /// Where the vertices at one end of `segments` would make them straight. Trunks want it most.
    private func collect(_ segments: [Segment], isUpper: Bool, _ wishes: inout [Int: (sum: Double, weight: Double)]) {
        for segment in segments {
            let shift = segment.upperOffset - segment.lowerOffset
            let (own, wish) =
                isUpper
                ? (segment.upper, vertices[segment.lower].x - shift) : (segment.lower, vertices[segment.upper].x + shift)
            let weight = [1.0, 2, 8][(vertices[segment.upper].isKnot ? 1 : 0) + (vertices[segment.lower].isKnot ? 1 : 0)]
            let before = wishes[own, default: (0, 0)]
            wishes[own] = (before.sum + weight * wish, before.weight + weight)
        }
    }

    /// The places nearest to the wishes, in the sense of least squares, at which the vertices of a layer keep their order
    /// and distance: an isotonic regression by pooling neighbours that would overlap. Vertices without a wish stay.
    private mutating func settle(_ layer: Int, _ wishes: [Int: (sum: Double, weight: Double)]) {
        var blocks: [(value: Double, weight: Double, count: Int)] = []
        var shifts: [Double] = []
        var shift = 0.0
        for vertex in layers[layer] {
            let wish = wishes[vertex] ?? (vertices[vertex].x * 0.1, 0.1)
            shifts.append(shift)
            blocks.append((wish.sum / wish.weight - shift, wish.weight, 1))
            shift += vertices[vertex].width + Self.gap.x
            while blocks.count > 1, blocks[blocks.count - 2].value > blocks[blocks.count - 1].value {
                let last = blocks.removeLast()
                let before = blocks.removeLast()
                let weight = before.weight + last.weight
                let value = (before.value * before.weight + last.value * last.weight) / weight
                blocks.append((value, weight, before.count + last.count))
            }
        }
        var index = 0
        for block in blocks {
            for _ in 0..<block.count {
                vertices[layers[layer][index]].x = block.value + shifts[index]
                index += 1
            }
        }
    }
}
