import FathomCore

extension GraphPicture {
    /// The plan as an SVG document that also stands inside an HTML page.
    ///
    /// It draws with the current text colour on the ground it finds; alone, it follows the reader's choice of light or dark.
    public static func svg(of plan: Plan) -> String {
        let content = Content(plan)
        let shapes = content.boxes.map(BoxShape.init)
        let layout = LayeredLayout(
            shapes.map(\.layoutBox),
            content.nets.map { LayeredLayout.Net(from: $0.from, port: $0.port, targets: $0.targets) })
        let margin = 12.0
        let size = (width: (layout.width + 2 * margin).pixels, height: (layout.height + 2 * margin).pixels)
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"fathom-graph\" role=\"img\" width=\"\(size.width)\" "
                + "height=\"\(size.height)\" viewBox=\"0 0 \(size.width) \(size.height)\">",
            "<title>\(escaped(plan.graph.name))</title>", "<style>\(style)</style>",
            "<g transform=\"translate(\(margin.pixels) \(margin.pixels))\">",
        ]
        for (index, net) in content.nets.enumerated() where !net.targets.isEmpty {
            lines.append(path(of: index, net, layout))
        }
        for (index, shape) in shapes.enumerated() { lines.append(shape.svg(at: layout.corner(of: index))) }
        return (lines + ["</g>", "</svg>"]).joined(separator: "\n") + "\n"
    }

    private static let style = """
        svg:root{color:#1f2328;background:#fff}\
        @media(prefers-color-scheme:dark){svg:root{color:#e6edf3;background:#0d1117}}\
        .fathom-graph{max-width:100%;height:auto}\
        .fathom-graph text{fill:currentColor;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;text-anchor:middle}\
        .fathom-graph .title{font-size:13px;font-weight:600}\
        .fathom-graph .port{font-size:11px}\
        .fathom-graph .pale{font-size:9.5px;opacity:.7}\
        .fathom-graph .box{fill:currentColor;fill-opacity:.05;stroke:currentColor;stroke-opacity:.4}\
        .fathom-graph .band{fill:currentColor;fill-opacity:.07}\
        .fathom-graph .line{fill:none;stroke-width:1.6;stroke-opacity:.85;stroke-linejoin:round}
        """

    /// The lines that start at one port, with an arrow at each end.
    private static func path(of index: Int, _ net: Net, _ layout: LayeredLayout) -> String {
        let color = net.type.kind.color
        let strands = layout.strands(of: index).map { points in
            var data = "M\(points[0].text)L\(points[1].text)"
            for index in stride(from: 2, to: points.count, by: 2) {
                let (from, to) = (points[index - 1], points[index])
                let middle = ((from.y + to.y) / 2).pixels
                data += "C\(from.x.pixels) \(middle) \(to.x.pixels) \(middle) \(to.text)L\(points[index + 1].text)"
            }
            return data
        }
        let arrows = net.targets.map { target in
            let end = layout.end(of: target)
            return "M\(end.text)l-3.5 -7h7z"
        }
        return "<path class=\"line\" stroke=\"\(color)\" d=\"\(strands.joined())\"/>"
            + "<path fill=\"\(color)\" d=\"\(arrows.joined())\"/>"
    }
}

/// How large a box is and how it is drawn. Letters are taken to be 0.61 of their size wide, as in most monospaced fonts.
private struct BoxShape {
    private let box: GraphPicture.Box
    private let title: String
    let width: Double

    private static let rowHeight = 32.0
    private static let titleHeight = 40.0
    private static let padding = 9.0

    init(_ box: GraphPicture.Box) {
        self.box = box
        title = box.title.shortened(to: 44)
        let titleWidth = max(title.width(13), box.subtitle.width(9.5)) + 4 * Self.padding
        width = max(titleWidth, Self.cells(box.inputs), Self.cells(box.outputs)).rounded(.up)
    }

    /// Width of ports side by side.
    private static func cells(_ ports: [Port]) -> Double { ports.map(cell).reduce(0, +) }

    private static func cell(_ port: Port) -> Double {
        max(port.name.width(11), typeText(port).width(9.5)) + 2 * padding
    }

    private static func typeText(_ port: Port) -> String { port.types.map(\.name).joined(separator: " | ") }

    /// The middle of each port: the width beyond what is needed is shared equally.
    private func middles(_ ports: [Port]) -> [Double] {
        let spare = (width - Self.cells(ports)) / Double(max(1, ports.count))
        var x = 0.0
        return ports.map { port in
            let cell = Self.cell(port) + spare
            x += cell
            return x - cell / 2
        }
    }

    var layoutBox: LayeredLayout.Box {
        let isNode = box.shape == .node
        return LayeredLayout.Box(
            width: width, height: height, tops: isNode ? middles(box.inputs) : [width / 2],
            bottoms: isNode ? middles(box.outputs) : [width / 2])
    }

    private var height: Double {
        guard box.shape == .node else { return Self.titleHeight }
        return Self.titleHeight + (box.inputs.isEmpty ? 0 : Self.rowHeight) + (box.outputs.isEmpty ? 0 : Self.rowHeight)
    }

    func svg(at corner: LayeredLayout.Point) -> String {
        let top = box.shape == .node && !box.inputs.isEmpty ? Self.rowHeight : 0
        let parts =
            [outline]
            + (box.shape == .node
                ? ["<rect class=\"band\" y=\"\(top.pixels)\" width=\"\(width.pixels)\" height=\"\(Self.titleHeight.pixels)\"/>"]
                : [])
            + [
                text(title, "title", width / 2, top + 17), text(box.subtitle, "pale", width / 2, top + 31),
            ]
            + (box.shape == .node ? row(box.inputs, 0) + row(box.outputs, top + Self.titleHeight) : [])
        return "<g transform=\"translate(\(corner.text))\"><title>\(GraphPicture.escaped(box.tip))</title>\(parts.joined())</g>"
    }

    /// Inputs are round, nodes have rounded corners, outputs are sheets with a folded corner.
    private var outline: String {
        let (w, h) = (width.pixels, height.pixels)
        switch box.shape {
        case .input: return "<rect class=\"box\" width=\"\(w)\" height=\"\(h)\" rx=\"\((height / 2).pixels)\"/>"
        case .node: return "<rect class=\"box\" width=\"\(w)\" height=\"\(h)\" rx=\"7\"/>"
        case .output:
            let fold = (width - 11).pixels
            return "<path class=\"box\" d=\"M0 0H\(fold)L\(w) 11V\(h)H0Z\"/><path class=\"box\" d=\"M\(fold) 0V11H\(w)\"/>"
        }
    }

    private func row(_ ports: [Port], _ y: Double) -> [String] {
        zip(ports, middles(ports)).map { port, x in
            let type = Self.typeText(port)
            return type == port.name
                ? text(port.name, "port", x, y + 20) : text(port.name, "port", x, y + 14) + text(type, "pale", x, y + 26)
        }
    }

    private func text(_ text: String, _ style: String, _ x: Double, _ y: Double) -> String {
        "<text class=\"\(style)\" x=\"\(x.pixels)\" y=\"\(y.pixels)\">\(GraphPicture.escaped(text))</text>"
    }
}

extension String {
    /// Width in pixels at a font size; characters beyond Latin count twice.
    fileprivate func width(_ fontSize: Double) -> Double {
        0.61 * fontSize * Double(unicodeScalars.reduce(0) { $0 + ($1.value < 0x1100 ? 1 : 2) })
    }

    /// The text with its middle left out where it is longer than `count`.
    fileprivate func shortened(to count: Int) -> String {
        self.count <= count ? self : "\(prefix(count / 2 - 1))…\(suffix(count / 2))"
    }
}

extension LayeredLayout.Point {
    fileprivate var text: String { "\(x.pixels) \(y.pixels)" }
}

extension Double {
    /// To a tenth of a pixel.
    fileprivate var pixels: String {
        let text = fixed(1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
