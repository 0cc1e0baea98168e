import FathomCore
import FathomGeometry

/// The metrics of a folder of depth files, against a folder of true ones with the same stems.
public struct DepthFolderReport: Sendable {
    public struct Image: Sendable {
        public var stem: String
        public var metrics: DepthMetrics
    }

    /// Images found in both folders, by stem.
    public var images: [Image]
    /// Means over the images.
    public var mean: DepthMetrics
    /// Stems of true depth files without a prediction.
    public var withoutPrediction: [String]
    /// Stems of predictions without truth.
    public var withoutTruth: [String]
}

extension DepthEvaluator {
    /// Judges depth files by true ones. Each path is a folder of depth files, or one file.
    ///
    /// Two files are compared whatever their names; in folders, files of equal stems are. Files without a partner are named in
    /// the report.
    ///
    /// - Parameter sharedAlignment: fit one alignment to all images, as for the frames of a video.
    /// - Throws: `inputMissing` or `inputInvalid`, naming the file; `inputInvalid` when nothing can be compared.
    public func evaluate(predictions: String, truths: String, sharedAlignment: Bool = false) throws -> DepthFolderReport {
        let (predicted, isFile) = try Self.depthFiles(predictions)
        let (known, isTruthFile) = try Self.depthFiles(truths)
        if isFile != isTruthFile {
            throw FathomError(.inputInvalid, "one of prediction and truth is a file and the other a folder", at: predictions)
        }
        var pairs: [(stem: String, prediction: String, truth: String)] = []
        if isFile {
            pairs = [(predictions.pathStem, predictions, truths)]
        } else {
            for (stem, truth) in known.sorted(by: { $0.key < $1.key }) {
                if let prediction = predicted[stem] { pairs.append((stem, prediction, truth)) }
            }
        }
        if pairs.isEmpty {
            throw FathomError(
                .inputInvalid, "no depth file has the name of a true depth file in \(truths)",
                remedy: "give folders whose files have equal names up to the extension", at: predictions)
        }
        let metrics = try evaluate(
            count: pairs.count, sharedAlignment: sharedAlignment, name: { pairs[$0].prediction }
        ) { index in
            let prediction = try DepthFile.read(pairs[index].prediction)
            let truth = try DepthFile.read(pairs[index].truth, codeScale: options.truthCodeScale)
            return (prediction, truth)
        }
        let stems = Set(pairs.map(\.stem))
        return DepthFolderReport(
            images: zip(pairs, metrics).map { DepthFolderReport.Image(stem: $0.stem, metrics: $1) }, mean: .mean(of: metrics),
            withoutPrediction: isFile ? [] : known.keys.filter { !stems.contains($0) }.sorted(),
            withoutTruth: isFile ? [] : predicted.keys.filter { !stems.contains($0) }.sorted())
    }

    /// Depth files by stem.
    private static func depthFiles(_ path: String) throws -> (files: [String: String], isFile: Bool) {
        switch FileSystem.kind(of: path) {
        case nil: throw FathomError(.inputMissing, "does not exist", remedy: "check the path", at: path)
        case .folder: break
        default: return ([path.pathStem: path], true)
        }
        var files: [String: String] = [:]
        for name in try FileSystem.list(path) where DepthFile.extensions.contains(name.pathExtension) {
            if let other = files.updateValue(path.appendingPath(name), forKey: name.pathStem) {
                throw FathomError(
                    .inputInvalid, "holds both \(other.lastPathComponent) and \(name)", remedy: "keep one depth file per image",
                    at: path)
            }
        }
        if files.isEmpty {
            throw FathomError(
                .inputInvalid, "holds no depth files",
                remedy: "depth files end in \(DepthFile.extensions.joined(separator: ", "))",
                at: path)
        }
        return (files, false)
    }
}
