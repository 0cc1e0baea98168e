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
    /// Two files are compared whatever their names; in folders, files of equal stems are (`DepthFiles` says what counts). Files
    /// without a partner are named in the report.
    ///
    /// - Throws: `inputMissing` or `inputInvalid`, naming the file; `inputInvalid` when nothing can be compared.
    public func evaluate(predictions: String, truths: String) throws -> DepthFolderReport {
        let (predicted, known) = (try DepthFiles(predictions), try DepthFiles(truths))
        if predicted.isFile != known.isFile {
            throw FathomError(.inputInvalid, "one of prediction and truth is a file and the other a folder", at: predictions)
        }
        let indexOfPrediction = Dictionary(uniqueKeysWithValues: predicted.files.enumerated().map { ($1.stem, $0) })
        let pairs: [(prediction: Int, truth: Int)] =
            known.isFile
            ? [(0, 0)]
            : known.files.indices.compactMap { truth in
                indexOfPrediction[known.files[truth].stem].map { (prediction: $0, truth: truth) }
            }
        if pairs.isEmpty {
            throw FathomError(
                .inputInvalid, "no depth file has the name of a true depth file in \(truths)",
                remedy: "give folders whose files have equal names up to the extension", at: predictions)
        }
        let metrics = try evaluate(
            count: pairs.count, name: { predicted.files[pairs[$0].prediction].path }
        ) { index in
            let path = predicted.files[pairs[index].prediction].path
            let prediction = try DepthFile.read(path, as: DepthReading(convention: options.convention))
            return (prediction, try known.truth(pairs[index].truth, coding: options.truthCoding))
        }
        let mean = DepthMetrics.mean(of: metrics)
        try mean.confirm(at: predictions)
        let stems = Set(pairs.map { predicted.files[$0.prediction].stem })
        return DepthFolderReport(
            images: zip(pairs, metrics).map {
                DepthFolderReport.Image(stem: predicted.files[$0.prediction].stem, metrics: $1)
            },
            mean: mean,
            withoutPrediction: known.isFile ? [] : known.files.map(\.stem).filter { !stems.contains($0) },
            withoutTruth: known.isFile ? [] : predicted.files.map(\.stem).filter { !stems.contains($0) })
    }
}
