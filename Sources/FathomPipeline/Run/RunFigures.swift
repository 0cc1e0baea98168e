import FathomCore
import FathomGeometry
import FathomMedia

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
            guard let port = state.port(output.source), Self.isShown(port.type), port.isComplete,
                shown.insert(output.source).inserted
            else { return nil }
            let title = "\(output.output.link.source)"
            let key = Digest(of: "figure 1\nfathom \(Fathom.version)\n\(title)\n\(port.type) \(port.text(.all))\n\(inputs)")
            if let record = try state.store.record(for: key), let object = record.outputs.first?.parts.first ?? nil {
                return ReportFigure(text: String(decoding: try state.store.object(object).array, as: UTF8.self))
            }
            let figure = try figure(title, try state.value(output.source), port)
            let object = try state.store.put(Array(figure.text.utf8))
            _ = try state.store.commit(
                StoreRecord(
                    key: key, stage: "report", outputs: [.init(port: "figure", parts: [object])], summary: Summary(),
                    warnings: [], usage: ResourceUsage(wallSeconds: 0, cpuSeconds: 0, peakBytes: 0), created: RunClock.now))
            return figure
        }
    }

    private static func isShown(_ type: PortType) -> Bool {
        switch type {
        case .metricDepth, .affineInverseDepth, .inverseDepth, .affineDepth, .metricDepthSequence, .affineInverseDepthSequence,
            .points, .mesh:
            true
        default: false
        }
    }

    /// What the photos beside depth are.
    private var inputs: String { state.inputs.sorted { $0.key < $1.key }.map { $0.value.identity.digest }.joined(separator: " ") }

    private func figure(_ title: String, _ value: PortValue, _ port: PortState) throws -> ReportFigure {
        switch value {
        case .depth(let maps, _):
            let photo = photos(named: maps.stems)
            return try ReportFigure.views(title: title, names: maps.stems, depth: { try maps[$0] }, photo: photo)
        case .depthSequence(let sequence, _) where sequence.frameRate == nil:
            let names = sequence.frames.map(\.stem)
            return try ReportFigure.views(
                title: title, names: names, depth: { try sequence.map(at: $0) }, photo: photos(named: names))
        case .depthSequence(let sequence, _):
            return try ReportFigure.sequence(title: title, sequence, photo: try frames(of: sequence), video: video)
        case .points(let points): return ReportFigure.points(title: title, points, from: viewpoint)
        case .mesh(let mesh): return try ReportFigure.mesh(title: title, mesh, from: viewpoint)
        default: preconditionFailure("only depth, points and meshes are shown")
        }
    }

    private var scene: Scene? {
        state.inputs.values.lazy.compactMap { if case .scene(let scene) = $0.value { scene } else { nil } }.first
    }

    private var viewpoint: Viewpoint { scene.map { Viewpoint(of: $0) } ?? .camera }

    /// The photos of the views or images with these names.
    private func photos(named names: [String]) -> (Int) throws -> Raster<UInt8>? {
        if let scene {
            let places = Dictionary(scene.views.enumerated().map { ($1.stem, $0) }, uniquingKeysWith: { first, _ in first })
            return { index in try places[names[index]].map { try scene.views[$0].loadColor() } }
        }
        for case .images(let images) in state.inputs.values.map(\.value) {
            let places = Dictionary(images.images.enumerated().map { ($1.stem, $0) }, uniquingKeysWith: { first, _ in first })
            return { index in try places[names[index]].map { try images.picture(at: $0) } }
        }
        return { _ in nil }
    }

    /// The frames of the video that a sequence was made of, for ascending indices.
    private func frames(of sequence: DepthSequence) throws -> (Int) throws -> Raster<UInt8>? {
        for case .video(let video) in state.inputs.values.map(\.value) {
            let source = try video.open()
            var position = 0
            return { index in
                while position < index {
                    guard try source.skip() != nil else { return nil }
                    position += 1
                }
                position += 1
                return try source.next()?.image
            }
        }
        return { _ in nil }
    }
}
