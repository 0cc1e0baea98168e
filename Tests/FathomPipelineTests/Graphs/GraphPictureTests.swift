import FathomCore
import FathomGraph
import FathomPipeline
import FathomTestSupport
import Testing

/// Pictures of graphs: nothing overlaps, every line goes down to its port, all text is escaped.
struct GraphPictureTests {
    /// A random graph of boxes with ports, lines to later boxes only.
    private func layout(_ count: Int, seed: UInt64) -> LayeredLayout {
        var random = SeededRandom(seed: seed)
        let boxes = (0..<count).map { _ in
            let width = Double(Int.random(in: 60...240, using: &random))
            return LayeredLayout.Box(
                width: width, height: Double(Int.random(in: 40...100, using: &random)), tops: [width / 3, width * 2 / 3],
                bottoms: [width / 4, width * 3 / 4])
        }
        let nets = (0..<count - 1).flatMap { from in
            (0..<2).map { port in
                let targets = (0..<Int.random(in: 0...2, using: &random)).map { _ in
                    (
                        box: Int.random(in: from + 1..<min(count, from + 12), using: &random),
                        port: Int.random(in: 0...1, using: &random)
                    )
                }
                return LayeredLayout.Net(from: from, port: port, targets: targets)
            }
        }
        return LayeredLayout(boxes, nets)
    }

    @Test(arguments: [1, 2, 8, 30, 120] as [Int])
    func boxesKeepApartAndLinesGoDown(_ count: Int) {
        for seed in 0..<4 as Range<UInt64> {
            let layout = layout(count, seed: seed)
            for a in 0..<count {
                for b in 0..<a {
                    let (p, q) = (layout.corner(of: a), layout.corner(of: b))
                    let apart =
                        p.x + layout.boxes[a].width <= q.x || q.x + layout.boxes[b].width <= p.x
                        || p.y + layout.boxes[a].height <= q.y || q.y + layout.boxes[b].height <= p.y
                    #expect(apart, "boxes \(a) and \(b) of \(count), seed \(seed)")
                }
                #expect(layout.corner(of: a).x >= 0 && layout.corner(of: a).x + layout.boxes[a].width <= layout.width)
            }
            for (index, net) in layout.nets.enumerated() where !net.targets.isEmpty {
                let strands = layout.strands(of: index)
                #expect(strands.allSatisfy { zip($0, $0.dropFirst()).allSatisfy { $0.y <= $1.y } })
                #expect(strands.dropFirst().map(\.last) == net.targets.map { layout.end(of: $0) })
                let trunk = strands[0]
                #expect(strands.dropFirst().allSatisfy { trunk.contains($0[0]) }, "branches begin on the trunk")
            }
        }
    }

    @Test func aLadderHasNoCrossings() {
        // Two chains side by side, whose boxes change places in the list at every rung.
        let box = LayeredLayout.Box(width: 80, height: 40, tops: [40], bottoms: [40])
        let nets = (0..<18).map { index in
            LayeredLayout.Net(from: index, port: 0, targets: [(box: index + (index.isMultiple(of: 2) ? 3 : 1), port: 0)])
        }
        let layout = LayeredLayout(Array(repeating: box, count: 20), nets)
        #expect(layout.crossings == 0)
    }

    private func plan(_ output: String) throws -> Plan {
        let graph = try Graph.parse(
            """
            { fathom: 1,
              inputs: { photos: "scene" },
              nodes: {
                depth: { stage: "flat-depth", in: { scene: "$photos" } },
                corners: { stage: "corners", in: { scene: "$photos", depth: "depth.depth" } } },
              outputs: { "\(output)": "corners.points", "depth/{stem}.exr": "depth.depth" } }
            """, name: "a <graph> & more")
        return try Planner.plan(graph, registry: TestStages.registry)
    }

    @Test func drawsEveryNodePortAndOutput() throws {
        let svg = GraphPicture.svg(of: try plan("<b> & 'c'.ply"))
        for text in [
            ">photos<", ">scene<", ">depth<", ">flat-depth<", ">metric-depth<", ">corners<", ">points<", ">depth/{stem}.exr<",
            ">a file per view<", ">&lt;b&gt; &amp; &#39;c&#39;.ply<", "<title>a &lt;graph&gt; &amp; more</title>",
        ] {
            #expect(svg.contains(text), "\(text)")
        }
        #expect(!svg.contains("<b>"))
        // Elements are closed in the order in which they were opened.
        var open: [Substring] = []
        for element in svg.split(separator: "<").dropFirst(svg.hasPrefix("<") ? 0 : 1) {
            let tag = element.prefix { $0 != ">" }
            if tag.hasPrefix("/") {
                #expect(open.popLast() == tag.dropFirst())
            } else if !tag.hasSuffix("/") {
                open.append(tag.prefix { $0 != " " })
            }
        }
        #expect(open.isEmpty)
    }

    @Test func dotNamesPortsAndTypes() throws {
        let dot = GraphPicture.dot(of: try plan("a \\\"b\\\".ply"))
        #expect(dot.contains(#""$photos" -> "depth":i0:n"#))
        #expect(dot.contains(#""$photos" -> "corners":i0:n"#))
        #expect(dot.contains(#""depth":o0:s -> "corners":i1:n"#))
        #expect(dot.contains(#""corners":o0:s -> "a \"b\".ply""#))
        #expect(dot.contains(#"<td port="i1">depth<br/><font point-size="9">metric-depth</font></td>"#))
    }
}
