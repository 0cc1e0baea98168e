import FathomCore
import Synchronization
import Testing

@Suite struct ProgressTests {
    /// A reporter whose clock is set by hand and whose output is kept.
    private final class Recorder: Sendable {
        let time = Mutex(0.0)
        let text = Mutex("")

        func reporter(_ style: ProgressReporter.Style, _ verbosity: ProgressReporter.Verbosity = .normal) -> ProgressReporter {
            ProgressReporter(style: style, verbosity: verbosity, clock: { self.time.withLock { $0 } }) { text in
                self.text.withLock { $0 += text }
            }
        }

        func work(_ reporter: ProgressReporter) {
            let task = reporter.begin("depth maps", total: 4, unit: "views")
            for view in 1...4 {
                time.withLock { $0 += 6 }
                task.advance(note: "view \(view)")
                task.advance(by: 0)
            }
            reporter.detail("cached 2")
            reporter.warn("view 3 is blurred")
            reporter.warn("view 3 is blurred")
            task.finish()
            task.finish()
            reporter.fail(FathomError(.io, "disk full", remedy: "free space", at: "a.png"))
        }
    }

    @Test func linesAreFew() {
        let recorder = Recorder()
        let reporter = recorder.reporter(.lines)
        recorder.work(reporter)
        #expect(reporter.warnings == ["view 3 is blurred"])
        #expect(
            recorder.text.withLock { $0 } == """
                depth maps: 4 views
                depth maps: 2/4 views, 0.2 views/s, 12 s left
                depth maps: 4/4 views, 0.2 views/s, 0.0 s left
                warning: view 3 is blurred
                depth maps: 4 views in 24 s (0.2 views/s)
                fathom: a.png: disk full; free space

                """)
    }

    @Test func whatStopsBeforeItsFirstStepIsNotDone() {
        let recorder = Recorder()
        let reporter = recorder.reporter(.lines)
        reporter.begin("depth", total: 24, unit: "frames").finish()
        reporter.begin("mesh").finish()
        #expect(recorder.text.withLock { $0 } == "depth: 24 frames\nmesh\nmesh: done in 0.0 s\n")
    }

    @Test func barIsRedrawnAndCutToTheTerminal() {
        let recorder = Recorder()
        recorder.work(recorder.reporter(.bar(columns: 60)))
        let lines = recorder.text.withLock { $0 }.split(separator: "\n")
        let redraws = lines[0].split(separator: "\r").map { $0.replacing("\u{1B}[K", with: "") }
        #expect(redraws[1] == "depth maps  [######..................]  1/4 views  0.2 view")
        #expect(redraws.last == "warning: view 3 is blurred")
        #expect(redraws.allSatisfy { $0.count < 60 })
        #expect(lines.count == 3)
    }

    @Test func eventsAreJSONLines() throws {
        let recorder = Recorder()
        recorder.work(recorder.reporter(.json, .verbose))
        let lines = recorder.text.withLock { $0 }.split(separator: "\n").map(String.init)
        let events = try lines.map { try JSONNode.parse($0, name: "event").required("event").string() }
        #expect(events == ["begin"] + Array(repeating: "progress", count: 4) + ["detail", "warning", "finish", "error"])
        #expect(
            lines[2] == #"{"event":"progress","time":12.0,"task":"depth maps","unit":"views","done":2,"total":4,"seconds":12.0,"#
                + #""rate":0.16666666666666666,"remaining_seconds":12.0,"note":"view 2"}"#)
    }

    @Test func quietKeepsWarningsAndErrors() {
        let recorder = Recorder()
        recorder.work(recorder.reporter(.lines, .quiet))
        #expect(recorder.text.withLock { $0 } == "warning: view 3 is blurred\nfathom: a.png: disk full; free space\n")
    }

    @Test(arguments: [
        (2.5, 2, "2.50"), (-0.004, 2, "0.00"), (-1.005, 1, "-1.0"), (0.05, 1, "0.1"), (9.999, 2, "10.00"), (7, 0, "7"),
    ])
    func fixedDecimals(value: Double, digits: Int, text: String) {
        #expect(value.fixed(digits) == text)
    }

    @Test(arguments: [(0.04, "0.0 s"), (9.96, "10 s"), (59.6, "1 min 00 s"), (185, "3 min 05 s"), (7650, "2 h 07 min")])
    func durationsInWords(seconds: Double, text: String) {
        #expect(seconds.secondsText == text)
    }
}
