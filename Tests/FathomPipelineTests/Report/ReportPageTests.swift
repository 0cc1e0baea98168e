import FathomCore
import FathomGeometry
import FathomGraph
import FathomMedia
import FathomPipeline
import FathomTestSupport
import Testing

/// The page of a run: what a browser makes of it, bounds, escapes.
struct ReportPageTests {
    @Test(.needsBrowser) func worksInABrowserFromAFile() throws {
        let folder = try TemporaryFolder()
        let picture = folder.file("page.png")
        try ReportPage(record: ReportSample.record(), figures: ReportSample.figures()).write(to: folder.path)
        let visit = try Browser.open(folder.file("report.html"), picture: picture)

        #expect(visit.console == [])
        #expect(visit.document.contains("data-ready"))
        #expect(!visit.document.contains("class=\"notice bad\">This part"))
        // 41 chunks in two lanes.
        #expect(visit.document.matches(of: #/<rect class="(computed|hit)"/#).count == 41)
        #expect(visit.document.contains(">peak 198 MiB<"))
        #expect(visit.document.contains(#"<input type="range" min="0" max="9""#))
        // The torus is drawn by WebGL.
        let page = try ImageFile.read(picture).rgb8()
        let magenta = (0..<page.pixelCount).count { index in
            page.samples[3 * index] > 150 && page.samples[3 * index + 1] < 60 && page.samples[3 * index + 2] > 150
        }
        #expect(magenta > 5000)
    }

    /// What the test above rests on: the console tells errors, exceptions and what the policy refused.
    @Test(.needsBrowser) func theBrowserTellsOfErrors() throws {
        let folder = try TemporaryFolder()
        let page = ReportPage(record: ReportSample.record()).text
        let broken = page.replacing("</body>", with: "<script>console.log('injected')</script></body>")
            .replacing("<main>", with: "<main><img src=\"https://example.org/x.png\">")
        #expect(broken != page)
        try folder.write(broken, as: "broken.html")
        let visit = try Browser.open(folder.file("broken.html"), picture: folder.file("page.png"))
        #expect(visit.console.count == 2)
        #expect(visit.console.allSatisfy { $0.contains("Content Security Policy") })
    }

    @Test func namesNeverBecomeMarkup() throws {
        let page = try ReportPage(record: ReportSample.record(), figures: ReportSample.figures()).text
        #expect(page.matches(of: #/<script/#).count == page.matches(of: #/<\/script>/#).count)
        // Two of the mesh, one of the sequence, one of the time line, and the page's own script.
        #expect(page.matches(of: #/<script/#).count == 5)
        #expect(!page.contains("<img src=x"))
        #expect(page.contains("&lt;/script&gt;&lt;script&gt;console.log(&quot;owned&quot;)"))
        #expect(page.contains("href=\"./depth/%3C/script%3E%3Cscript%3Econsole.log%28"))
    }

    @Test func sizeIsBounded() throws {
        let long = ReportPage(record: ReportSample.record(chunks: 20_000)).text
        let short = ReportPage(record: ReportSample.record(chunks: 2_000)).text
        #expect(long.utf8.count < short.utf8.count + 20_000)

        let mesh = ReportSample.torus(around: 300, across: 200)
        let figure = try ReportFigure.mesh(title: "mesh", mesh, from: .camera).text
        #expect(figure.contains("60\u{202F}000 of 120\u{202F}000 triangles"))
        #expect(figure.utf8.count < 2 << 20)
        #expect(try ReportFigure.mesh(title: "mesh", mesh, from: .camera).text == figure)
        let points = PointCloud(positions: (0..<400_000).map { SIMD3(Float($0 % 640), Float($0 / 640), 0) })
        #expect(ReportFigure.points(title: "points", points, from: .camera).text.utf8.count < 5 << 20)
    }

    @Test func emptyValuesAndRecordsMakePages() throws {
        let figures = [
            try ReportFigure.mesh(title: "m", Mesh(), from: .camera),
            ReportFigure.points(title: "p", PointCloud(positions: [SIMD3(.nan, 0, 0)]), from: .camera),
            try ReportFigure.sequence(title: "s", ReportSample.sequence(frames: 0), photo: { _ in nil }),
        ]
        let page = ReportPage(record: [:], figures: figures).text
        #expect(page.contains("no triangles") && page.contains("no points") && page.contains("no frames"))
    }
}
