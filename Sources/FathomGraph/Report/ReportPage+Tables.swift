import FathomCore

/// The tables of the page: nodes, files, weights, conventions.
extension ReportPage {
    private var nodes: [JSONObject.Member] { record["nodes"]?.asMembers ?? [] }

    /// A row per node with its figures; parameters below on demand.
    var steps: HTML? {
        if nodes.isEmpty { return nil }
        return """
            <div class="panel scroll"><table class="wide">
            <thead><tr><th>Node</th><th>Status</th><th class="number">Chunks</th><th class="number">Time</th>\
            <th class="number">CPU</th><th class="number">Memory</th><th>Figures</th></tr></thead>
            \(nodes.map { Self.row($0.key, $0.value) })
            </table></div>

            """
    }

    private static func row(_ name: String, _ node: JSONValue) -> HTML {
        let status = node["status"]?.asText ?? ""
        let chunks = node.chunks
        let hits = chunks.count(where: \.isHit)
        let share: HTML = hits > 0 ? "<br><span class=\"soft small\">\(hits) from the store</span>" : ""
        let parameters = pairs(node["params"])
        let details: HTML =
            parameters.isEmpty
            ? ""
            : """
            <tr><td class="details" colspan="7"><details><summary>Parameters</summary>\(parameters)</details></td></tr>
            """
        return """
            <tbody><tr><th scope="row">\(name)<br><span class="soft small">\(node["stage"]?.asText ?? "")</span></th>\
            <td><span class="status \(status)">\(statusText(status))</span></td>\
            <td class="number">\(chunks.isEmpty ? "" : Double(chunks.count).figureText)\(share)</td>\
            <td class="number">\(positive(node["wall_seconds"])?.secondsText ?? "")</td>\
            <td class="number">\(positive(node["cpu_seconds"])?.secondsText ?? "")</td>\
            <td class="number">\(positive(node["peak_rss_bytes"])?.bytesText ?? "")</td>\
            <td>\(pairs(node["numbers"]))\(node["reason"]?.asText.map { "<p>\($0)</p>" as HTML } ?? "")</td></tr>\(details)</tbody>

            """
    }

    /// What a node took; nil where the store had everything.
    private static func positive(_ value: JSONValue?) -> Double? { value?.asNumber.flatMap { $0 > 0 ? $0 : nil } }

    /// The members of an object side by side.
    private static func pairs(_ object: JSONValue?, without hidden: Set<String> = []) -> HTML {
        let members = (object?.asMembers ?? []).filter { !hidden.contains($0.key) }
        if members.isEmpty { return "" }
        let items: [HTML] = members.map { "<div><dt>\($0.key.words)</dt><dd>\($0.value.plainText)</dd></div>" }
        return "<dl class=\"pairs\">\(items)</dl>"
    }

    // MARK: Files

    /// Files listed of one input or output.
    private static let mostFiles = 24

    var files: HTML? {
        let inputs: [HTML] = (record["inputs"]?.asMembers ?? []).map { name, input in
            let paths = (input["path"]?.asElements ?? []).compactMap(\.asText)
            let list = Self.fileList(input["path"]?.asText.map { [$0] } ?? paths, isLinked: false)
            let digest: HTML = input["sha256"]?.asText.map { "<br>\(Self.digest($0))" } ?? ""
            return Self.fileRow("Input", name, list + digest, Self.pairs(input, without: ["path", "sha256"]))
        }
        let outputs: [HTML] = (record["outputs"]?.asMembers ?? []).map { template, output in
            let files = (output["files"]?.asElements ?? []).compactMap(\.asText)
            let digests = (output["sha256"]?.asElements ?? []).compactMap(\.asText)
            let list = Self.fileList(files, digests, isLinked: true)
            return Self.fileRow("Output", template, list, Self.pairs(output, without: ["files", "sha256", "codings"]))
        }
        if inputs.isEmpty && outputs.isEmpty { return nil }
        return """
            <div class="panel"><table class="stack">
            <thead><tr><th>Kind</th><th>Name</th><th>Files</th><th>What it is</th></tr></thead>
            <tbody>\(inputs)\(outputs)</tbody></table></div>

            """
    }

    private static func fileRow(_ kind: String, _ name: String, _ files: HTML, _ facts: HTML) -> HTML {
        "<tr><td class=\"soft\">\(kind)</td><th scope=\"row\">\(name)</th><td>\(files)</td><td>\(facts)</td></tr>\n"
    }

    /// One file, or a list of some behind their number.
    private static func fileList(_ paths: [String], _ digests: [String] = [], isLinked: Bool) -> HTML {
        let lines = paths.prefix(mostFiles).enumerated().map { index, path -> HTML in
            let name: HTML = isLinked ? "<a href=\"\(path.relativeAddress)\"><code>\(path)</code></a>" : "<code>\(path)</code>"
            return index < digests.count ? "\(name) \(digest(digests[index]))" : name
        }
        if lines.count == 1 { return lines[0] }
        let rest = paths.count - lines.count
        let more: HTML = rest > 0 ? "<li class=\"soft\">and \(rest) more in run.json</li>" : ""
        return """
            <details><summary>\(Double(paths.count).figureText) files</summary>\
            <ul class="files">\(lines.map { "<li>\($0)</li>" as HTML })\(more)</ul></details>
            """
    }

    /// The first digits; all of them on hovering.
    private static func digest(_ digits: String) -> HTML {
        "<code class=\"soft\" title=\"SHA-256 \(digits)\">\(String(digits.prefix(12)))</code>"
    }

    // MARK: What the results rest on

    /// The weights in use, each once, with the nodes that use them.
    var weights: HTML? {
        var found: [(weights: JSONValue, nodes: [String])] = []
        for (name, node) in nodes {
            guard let weights = node["weights"] else { continue }
            if let index = found.firstIndex(where: { $0.weights == weights }) {
                found[index].nodes.append(name)
            } else {
                found.append((weights, [name]))
            }
        }
        if found.isEmpty { return nil }
        let rows: [HTML] = found.map { weights, nodes in
            """
            <tr><th scope="row">\(weights["name"]?.asText ?? "weights")</th><td>\(weights["license"]?.asText ?? "licence unknown")</td>\
            <td>\(nodes.joined(separator: ", "))</td><td>\(Self.pairs(weights, without: ["name", "license"]))</td></tr>

            """
        }
        return """
            <div class="panel"><table class="stack">
            <thead><tr><th>Weights</th><th>Licence</th><th>Used by</th><th>Facts</th></tr></thead>
            <tbody>\(rows)</tbody></table></div>

            """
    }

    var conventions: HTML? {
        let groups = [("Conventions", "conventions"), ("Machine", "machine"), ("Numeric profile", "numeric_profile")]
        let rows: [HTML] = groups.compactMap { title, key in
            let pairs = Self.pairs(record[key]?.withReadableBytes)
            return pairs.isEmpty ? nil : "<tr><th scope=\"row\">\(title)</th><td>\(pairs)</td></tr>\n"
        }
        return rows.isEmpty ? nil : "<div class=\"panel\"><table class=\"stack\"><tbody>\(rows)</tbody></table></div>\n"
    }
}

extension JSONValue {
    /// The object with sizes in words: `memory_bytes: 8589934592` becomes `memory: 8 GiB`.
    fileprivate var withReadableBytes: JSONValue {
        .object(
            JSONObject(
                asMembers.map { key, value in
                    guard key.hasSuffix("_bytes"), let bytes = value.asNumber else { return (key, value) }
                    return (String(key.dropLast(6)), .string(bytes.bytesText))
                }))
    }
}

extension String {
    /// The path as a relative reference (RFC 3986); it can name neither a scheme nor a host.
    package var relativeAddress: String {
        var address = "./"
        for byte in utf8 {
            let scalar = Unicode.Scalar(byte)
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "~", "/": address.unicodeScalars.append(scalar)
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                address += "%" + (digits.count < 2 ? "0" + digits : digits)
            }
        }
        return address
    }
}
