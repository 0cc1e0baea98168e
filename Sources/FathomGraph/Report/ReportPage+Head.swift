import FathomCore

#if canImport(Glibc)
import Glibc
#endif

/// What stands first: how the run ended, when and where it ran, what went wrong.
extension ReportPage {
    var title: String { record["graph"]?["name"]?.asText ?? "Run" }

    private var status: String { record["status"]?.asText ?? "unknown" }

    var head: HTML {
        let command = (record["command"]?.asElements ?? []).compactMap(\.asText)
        return """
            <p class="eyebrow">Fathom run</p>
            <div class="title"><h1>\(title)</h1><span class="status \(status)">\(Self.statusText(status))</span></div>
            \(command.isEmpty ? "" : "<code class=\"command\">\(command.map(\.shellText).joined(separator: " "))</code>" as HTML)
            <dl class="facts">\(facts)</dl>

            """
    }

    static func statusText(_ status: String) -> String {
        switch status {
        case "ok": "finished"
        case "partial": "finished in part"
        case "running": "not finished"
        default: status
        }
    }

    private var facts: [HTML] {
        let usage = record["usage"]
        let machine = record["machine"]
        let chunks = (record["nodes"]?.asMembers ?? []).flatMap(\.value.chunks)
        let hits = chunks.count(where: \.isHit)
        var facts: [HTML] = []
        func add(_ name: String, _ value: String?, _ note: String = "") {
            guard let value else { return }
            let small: HTML = note.isEmpty ? "" : "<small>\(note)</small>"
            facts.append("<div><dt>\(name)</dt><dd>\(value)\(small)</dd></div>")
        }
        if let (day, time) = record["began"]?.asNumber.flatMap(Self.date) { add("Started", day, time) }
        let cpu = usage?["cpu_seconds"]?.asNumber
        add("Time", usage?["wall_seconds"]?.asNumber?.secondsText, cpu.map { "\($0.secondsText) of CPU" } ?? "")
        let forecast = record["forecast"]?["peak_bytes"]?.asNumber
        add("Memory", usage?["peak_rss_bytes"]?.asNumber?.bytesText, forecast.map { "\($0.bytesText) predicted" } ?? "")
        if !chunks.isEmpty { add("Chunks", Double(chunks.count).figureText, "\(Double(hits).figureText) from the store") }
        let cores = machine?["cores"]?.asNumber.map { "\($0.figureText) cores" }
        add("Part", record["shard"]?.asText, "of a run in parts")
        add("Machine", machine?["processor"]?.asText, cores ?? "")
        return facts
    }

    /// Day and time of seconds since 1970, in UTC.
    private static func date(_ seconds: Double) -> (day: String, time: String)? {
        guard var clock = Int(exactly: seconds) else { return nil }
        var parts = tm()
        guard gmtime_r(&clock, &parts) != nil else { return nil }
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return (
            "\(Int(parts.tm_year) + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))",
            "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) UTC"
        )
    }

    /// The reason of a failure, items without a result, warnings.
    var notices: HTML {
        let reason = record["reason"]?.asText
        let failed = (record["nodes"]?.asMembers ?? []).flatMap { $0.value["failed"]?.asElements ?? [] }
        let warnings = (record["warnings"]?.asElements ?? []).compactMap(\.asText)
        var parts: [HTML] = []
        if let reason { parts.append("<div class=\"notice bad\" role=\"alert\">\(reason)</div>") }
        if !failed.isEmpty {
            let items: [HTML] = failed.map { "<b>\($0["item"]?.asText ?? "")</b>: \($0["error"]?.asText ?? "")" }
            let title = failed.count == 1 ? "One item has no result" : "\(failed.count) items have no result"
            parts.append(Self.list(items, "bad", title))
        }
        if !warnings.isEmpty {
            let title = warnings.count == 1 ? "One warning" : "\(warnings.count) warnings"
            parts.append(Self.list(warnings.map { "\($0)" as HTML }, "", title))
        }
        return parts.isEmpty ? "" : "<div class=\"notices\">\(parts)</div>"
    }

    private static let mostNotices = 20

    private static func list(_ items: [HTML], _ kind: String, _ title: String) -> HTML {
        let rest = items.count - mostNotices
        let lines: [HTML] = items.prefix(mostNotices).map { "<li>\($0)</li>" }
        let more: HTML = rest > 0 ? "<li class=\"soft\">and \(rest) more in run.json</li>" : ""
        return "<div class=\"notice \(kind)\"><b>\(title)</b><ul>\(lines)\(more)</ul></div>"
    }
}

extension String {
    /// The word as one would type it in a shell.
    fileprivate var shellText: String {
        let plain = !isEmpty && allSatisfy { $0.isLetter || $0.isNumber || "-_./=:,@%+".contains($0) }
        return plain ? self : "'" + replacing("'", with: "'\\''") + "'"
    }
}
