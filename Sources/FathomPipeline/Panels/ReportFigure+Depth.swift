import FathomCore
import FathomGeometry
import FathomGraph
import FathomMedia

/// Depth in colour beside the picture it belongs to.
extension ReportFigure {
    /// Views and frames shown at most, and the longest side of their pictures. Together they take about 3 MB.
    private static let mostViews = 48
    private static let viewSide = 320
    private static let mostFrames = 120
    private static let frameSide = 300
    /// Views shown before the reader asks for the rest.
    private static let firstViews = 12

    /// Depth maps of views or photos, each over its own range; evenly chosen when there are many.
    ///
    /// - Parameters:
    ///   - title: what the value is called, such as the path of the output.
    ///   - names: what the views are called.
    ///   - depth: the map of a view, nil where there is none. Called with ascending indices.
    ///   - photo: the picture of a view, RGB or grey, nil where it cannot be read. Called with ascending indices.
    /// - Throws: what the closures throw; `interrupted`.
    package static func views(
        title: String, names: [String], depth: (Int) throws -> DepthMap?, photo: (Int) throws -> Raster<UInt8>?
    ) throws -> ReportFigure {
        let chosen = EvenChoice.indices(of: names.count, limit: mostViews)
        let views: [HTML] = try chosen.compactMap { index in
            try Interrupt.check()
            guard let map = try depth(index) else { return nil }
            let small = Thumbnail.depth(map.values, side: viewSide)
            let colors = DepthColors(map.convention, over: [small])
            let picture = try photo(index).map { Thumbnail.picture($0, side: viewSide) }
            return """
                <div class="view"><div class="pair">\(try image(picture, "Photo \(names[index])"))\
                \(try image(colors.picture(small), "Depth of \(names[index])"))</div>\
                <div><b>\(names[index])</b><span>\(colors.lengths)</span></div></div>

                """
        }
        let note = count(views.count, of: names.count, "view", "views")
        let rest: HTML =
            views.count > firstViews
            ? """
            <details><summary>\(views.count - firstViews) more</summary><div class="views">\(Array(views[firstViews...]))</div></details>
            """ : ""
        return panel(
            "depths", title, note: note, legend: DepthColors.legend,
            "<div class=\"views\">\(Array(views.prefix(firstViews)))</div>\(rest)")
    }

    private static func image(_ picture: Raster<UInt8>?, _ description: String) throws -> HTML {
        guard let picture else { return "" }
        return """
            <img src="data:image/jpeg;base64,\(base64: try Thumbnail.jpeg(picture))" width="\(picture.width)" \
            height="\(picture.height)" alt="\(description)">
            """
    }

    /// The frames of a depth sequence over one range, with a slider and a button that plays them; evenly chosen when there
    /// are many.
    ///
    /// - Parameters:
    ///   - title: what the value is called, such as the path of the output.
    ///   - photo: the picture of a frame, RGB or grey, nil where there is none. Called with ascending indices.
    ///   - video: path below the output folder of a video that shows the whole sequence, if there is one.
    /// - Throws: what `photo` throws; `io`, `interrupted`.
    package static func sequence(
        title: String, _ sequence: DepthSequence, photo: (Int) throws -> Raster<UInt8>?, video: String? = nil
    ) throws -> ReportFigure {
        let chosen = EvenChoice.indices(of: sequence.count, limit: mostFrames)
        if chosen.isEmpty { return panel("player", title, note: "no frames", "") }
        // Few frames may be larger: the number of pixels is what is bounded.
        let growth = min(2, (Double(mostFrames) / Double(chosen.count)).squareRoot())
        let side = Int(Double(frameSide) * growth)
        let maps = try chosen.map { index in
            try Interrupt.check()
            return Thumbnail.depth(try sequence.values(at: index), side: side)
        }
        let colors = DepthColors(sequence.convention, over: maps)
        var hasPhotos = false
        let frames = try zip(chosen, maps).map { index, map -> JSONValue in
            try Interrupt.check()
            let frame = sequence.frames[index]
            let picture = try photo(index).map { Thumbnail.picture($0, side: side) }
            if picture != nil { hasPhotos = true }
            return [
                .string(frame.stem), (frame.time?.seconds).map { .double($0.rounded(toPlaces: 4)) } ?? .null,
                try picture.map { .string(Base64.text(of: try Thumbnail.jpeg($0))) } ?? .null,
                .string(Base64.text(of: try Thumbnail.jpeg(colors.picture(map)))),
            ]
        }
        let shown = count(chosen.count, of: sequence.count, "frame", "frames")
        let share = Double(chosen.count) / Double(sequence.count)
        let data: JSONValue = ["frames": .array(frames), "rate": .double((sequence.frameRate ?? 4) * share)]
        let input: HTML = hasPhotos ? "<div data-shows=\"input\"></div>" : ""
        return panel(
            "player", title, note: [shown, colors.lengths].filter { !$0.isEmpty }.joined(separator: " · "),
            legend: DepthColors.legend,
            """
            <div class="pair">\(input)<div data-shows="depth"></div></div>
            <div class="controls"></div>
            \(video.map(wholeVideo) ?? "")<script type="application/json">\(json: data)</script>
            <noscript><p class="keys">The player needs JavaScript.</p></noscript>
            """)
    }

    private static func wholeVideo(_ path: String) -> HTML {
        """
        <details><summary>The whole video, \(path)</summary>\
        <video controls preload="none"><source src="\(path.relativeAddress)"></video></details>

        """
    }

    /// "12 views", or "48 of 300 views".
    static func count(_ shown: Int, of total: Int, _ one: String, _ many: String) -> String {
        let all = "\(Double(total).figureText) \(total == 1 ? one : many)"
        return shown == total ? all : "\(Double(shown).figureText) of \(all)"
    }
}
