import FathomCore

/// The pictures of a run's outputs for its report, kept in the store so that a later run with equal results shows them at
/// once.
struct RunFigures {
    private let state: RunState
    /// Path of the video that shows a depth sequence, if the run writes one.
    private let video: String?

    init(_ state: RunState) {
        self.state = state
        video = state.work.outputs.first { $0.output.template.pathExtension == "mp4" }?.output.template
    }

    /// One figure per value that outputs are written from and that can be shown.
    ///
    /// - Throws: `io`; `interrupted`; what making values throws that are not stored.
    func make() throws -> [ReportFigure] {
        var shown: Set<Graph.Source> = []
        return try state.work.outputs.compactMap { output in
            guard let port = state.port(output.source), port.type.kind.isShown, port.isComplete,
                shown.insert(output.source).inserted
            else { return nil }
            let title = "\(output.output.link.source)"
            let key = Digest(of: "figure 1\nfathom \(Fathom.version)\n\(title)\n\(port.type) \(port.text(.all))\n\(inputDigests)")
            if let record = try state.store.record(for: key), let object = record.outputs.first?.parts.first ?? nil,
                let text = try state.store.intactObject(object)
            {
                return ReportFigure(text: String(decoding: text.array, as: UTF8.self))
            }
            let request = FigureRequest(title: title, video: video, inputs: inputs.map(\.value))
            let figure = try state.value(output.source).figure(request)
            let object = try state.store.put(Array(figure.text.utf8))
            _ = try state.store.commit(
                StoreRecord(
                    key: key, stage: "report", outputs: [.init(port: "figure", parts: [object])], summary: Summary(),
                    warnings: [], usage: ResourceUsage(wallSeconds: 0, cpuSeconds: 0, peakBytes: 0), created: RunClock.now))
            return figure
        }
    }

    /// In the order of their names.
    private var inputs: [LoadedInput] { state.inputs.sorted { $0.key < $1.key }.map(\.value) }

    /// What the photos beside depth are.
    private var inputDigests: String { inputs.map(\.identity.digest).joined(separator: " ") }
}
