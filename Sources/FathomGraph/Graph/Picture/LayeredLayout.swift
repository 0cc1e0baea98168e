/// Places boxes in layers from top to bottom, so that every line goes down.
///
/// After Sugiyama, Tagawa and Toda (1981): a box's layer is the length of the longest way to it; boxes are ordered within
/// their layers by barycentres, sweeping down and up; then they move, without changing places, towards the boxes they are
/// joined with. A line that skips layers passes through a narrow knot in each; the lines that start at one port share their
/// knots, so that a value many boxes need is one trunk with branches.
package struct LayeredLayout {
    package struct Point: Equatable {
        package var x: Double
        package var y: Double
    }

    /// The size of a box and where, from its left edge, its lines end and begin.
    package struct Box {
        package var width: Double
        package var height: Double
        package var tops: [Double]
        package var bottoms: [Double]

        package init(width: Double, height: Double, tops: [Double], bottoms: [Double]) {
            self.width = width
            self.height = height
            self.tops = tops
            self.bottoms = bottoms
        }
    }

    /// A line from one port to others, in the terms of `GraphPicture.Net`.
    package struct Net {
        package var from: Int
        package var port: Int
        package var targets: [(box: Int, port: Int)]

        package init(from: Int, port: Int, targets: [(box: Int, port: Int)]) {
            self.from = from
            self.port = port
            self.targets = targets
        }
    }

    /// A box or a knot in its layer.
    struct Vertex {
        var width: Double
        var isKnot: Bool
        var x = 0.0
    }

    /// A piece of a line between neighbouring layers, from `upper` at `upperOffset` from its left edge to `lower`.
    struct Segment {
        var upper: Int
        var upperOffset: Double
        var lower: Int
        var lowerOffset: Double
    }

    /// Free space between boxes, and between layers.
    static let gap = (x: 22.0, y: 46.0)
    static let knotWidth = 8.0

    package let boxes: [Box]
    package let nets: [Net]
    /// The layer of each box.
    let layerOfBox: [Int]
    /// Boxes first, then knots.
    var vertices: [Vertex]
    /// For each net its knots from the layer below its start.
    private(set) var knots: [[Int]] = []
    /// Vertices from left to right.
    var layers: [[Int]]
    /// The segments below each layer.
    private(set) var segments: [[Segment]]
    /// Upper and lower edge of each layer.
    private(set) var bands: [(top: Double, bottom: Double)] = []

    /// - Precondition: nets lead from boxes to later ones.
    package init(_ boxes: [Box], _ nets: [Net]) {
        self.boxes = boxes
        self.nets = nets
        layerOfBox = Self.layers(of: boxes.count, nets)
        vertices = boxes.map { Vertex(width: $0.width, isKnot: false) }
        let count = (layerOfBox.max() ?? -1) + 1
        layers = Array(repeating: [], count: count)
        segments = Array(repeating: [], count: count)
        for (index, layer) in layerOfBox.enumerated() { layers[layer].append(index) }
        for net in nets { addSegments(of: net) }
        reduceCrossings()
        placeAcross()
        placeDown()
    }

    package var width: Double { vertices.map { $0.x + $0.width }.max() ?? 0 }
    package var height: Double { bands.last?.bottom ?? 0 }

    /// The upper left corner of a box, which stands in the middle of its layer's height.
    package func corner(of box: Int) -> Point {
        let band = bands[layerOfBox[box]]
        return Point(x: vertices[box].x, y: (band.top + band.bottom - boxes[box].height) / 2)
    }

    /// The strands of a net: first its trunk, then its branches. Each begins with a straight piece down, then curved and
    /// straight pieces alternate.
    package func strands(of net: Int) -> [[Point]] {
        let line = nets[net]
        let start = layerOfBox[line.from]
        let corner = corner(of: line.from)
        let x = corner.x + boxes[line.from].bottoms[line.port]
        var trunk = [Point(x: x, y: corner.y + boxes[line.from].height), Point(x: x, y: bands[start].bottom)]
        for (index, knot) in knots[net].enumerated() {
            let band = bands[start + 1 + index]
            let x = vertices[knot].x + Self.knotWidth / 2
            trunk += [Point(x: x, y: band.top), Point(x: x, y: band.bottom)]
        }
        let branches = line.targets.map { target in
            let layer = layerOfBox[target.box]
            let fork = trunk[2 * (layer - start - 1) + 1]
            let end = end(of: target)
            return [fork, fork, Point(x: end.x, y: bands[layer].top), end]
        }
        return (knots[net].isEmpty ? [Array(trunk[..<2])] : [trunk]) + branches
    }

    /// Where a line reaches a box.
    package func end(of target: (box: Int, port: Int)) -> Point {
        let corner = corner(of: target.box)
        return Point(x: corner.x + boxes[target.box].tops[target.port], y: corner.y)
    }

    // MARK: Layers

    /// Longest ways from above; boxes without lines from above move down to the first that needs them.
    private static func layers(of count: Int, _ nets: [Net]) -> [Int] {
        let links = nets.flatMap { net in net.targets.map { (from: net.from, to: $0.box) } }.sorted { $0.to < $1.to }
        var layer = Array(repeating: 0, count: count)
        for link in links {
            precondition(link.from < link.to, "lines lead to later boxes")
            layer[link.to] = max(layer[link.to], layer[link.from] + 1)
        }
        let reached = Set(links.map(\.to))
        for (from, targets) in Dictionary(grouping: links, by: \.from) where !reached.contains(from) {
            layer[from] = (targets.map { layer[$0.to] }.min() ?? 1) - 1
        }
        let first = layer.min() ?? 0
        return layer.map { $0 - first }
    }

    private mutating func addSegments(of net: Net) {
        let start = layerOfBox[net.from]
        let last = net.targets.map { layerOfBox[$0.box] }.max() ?? start
        var chain = [(vertex: net.from, offset: boxes[net.from].bottoms[net.port])]
        for layer in stride(from: start + 1, to: last, by: 1) {
            let knot = vertices.count
            vertices.append(Vertex(width: Self.knotWidth, isKnot: true))
            layers[layer].append(knot)
            chain.append((knot, Self.knotWidth / 2))
            append(chain[layer - start - 1], chain[layer - start], below: layer - 1)
        }
        knots.append(chain.dropFirst().map(\.vertex))
        for target in net.targets {
            let layer = layerOfBox[target.box]
            append(chain[layer - start - 1], (target.box, boxes[target.box].tops[target.port]), below: layer - 1)
        }
    }

    private mutating func append(
        _ upper: (vertex: Int, offset: Double), _ lower: (vertex: Int, offset: Double), below layer: Int
    ) {
        segments[layer].append(
            Segment(upper: upper.vertex, upperOffset: upper.offset, lower: lower.vertex, lowerOffset: lower.offset))
    }

    private mutating func placeDown() {
        var y = 0.0
        for layer in layers {
            let height = layer.filter { !vertices[$0].isKnot }.map { boxes[$0].height }.max() ?? 0
            bands.append((y, y + height))
            y += height + Self.gap.y
        }
    }
}
