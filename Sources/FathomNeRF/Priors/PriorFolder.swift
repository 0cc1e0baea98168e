import FathomCore
import FathomGeometry
import FathomMedia

/// A folder of depth priors, one file `STEM.EXT` per view, of any convention.
///
/// Files are those of `DepthFile`, so that an order is known where a file or the reading says what it holds. PNG files
/// whose codes nobody explains are read as numbers of unknown order, 8 or 16 bits grey, code 0 being no value. Beside a folder
/// `depth`, whose files are preferred to those around it, a folder `confidence` weighs metric depth.
public struct PriorFolder: Sendable {
    /// How far the ratio of sides may be from the photo's: networks round sides to whole patches.
    private static let largestStretch = 1.06

    /// What was found for a view.
    public struct Found: Sendable {
        /// Of the size of the training camera; its order is nil where nothing states it.
        public var prior: DepthPrior
        /// The file that it was read from.
        public var path: String
        /// What was assumed, a phrase each.
        public var notes: [String]
    }

    private let reading: DepthReading
    private let depths: [String: String]
    private let confidences: [String: String]

    /// Lists the folder.
    ///
    /// - Parameter reading: what the files hold that they do not say.
    /// - Throws: `inputMissing`, `io`, or `inputInvalid` for a folder without depth files or with two for one view.
    public init(_ path: String, as reading: DepthReading = DepthReading()) throws {
        let inside = path.appendingPath("depth")
        depths = try Self.files(in: FileSystem.kind(of: inside) == .folder ? inside : path)
        let confidence = path.appendingPath("confidence")
        confidences = FileSystem.kind(of: confidence) == .folder ? try Self.files(in: confidence) : [:]
        self.reading = reading
        if depths.isEmpty {
            throw FathomError(
                .inputInvalid, "holds no depth files", remedy: "name them after the photos: STEM.png, .exr, .pfm, .npy or .npz",
                at: path)
        }
    }

    /// The prior of a view; nil if it has no file.
    ///
    /// - Parameter camera: the view's `pinhole`, at the size at which it is trained.
    /// - Throws: `io`, or `inputInvalid` for a damaged file or one whose shape is not that of the photo.
    public func prior(of view: View, camera: Camera) throws -> Found? {
        guard let path = depths[view.stem] else { return nil }
        var (prior, notes) = try content(of: path)
        let stretch = Double(prior.width * view.camera.height) / Double(prior.height * view.camera.width)
        guard stretch < Self.largestStretch, stretch > 1 / Self.largestStretch else {
            throw FathomError(
                .inputInvalid,
                "is \(prior.width)×\(prior.height), which is not the shape of the photo \(view.stem), "
                    + "\(view.camera.width)×\(view.camera.height)",
                remedy: "make the prior of the whole photo, not rotated and not cropped", at: path)
        }
        if prior.isMetric, let confidence = confidences[view.stem] {
            let weights = try DepthFile.read(confidence).values
            guard weights.width == prior.width, weights.height == prior.height else {
                throw FathomError(
                    .inputInvalid, "is \(weights.width)×\(weights.height) but its depth is \(prior.width)×\(prior.height)",
                    remedy: "take both from one run", at: confidence)
            }
            prior = DepthPrior(values: prior.values, order: prior.order, isMetric: true, weights: weights)
        }
        return Found(prior: prior.straightened(from: view.camera, to: camera), path: path, notes: notes)
    }

    /// Depth files by stem.
    private static func files(in folder: String) throws -> [String: String] {
        var files: [String: String] = [:]
        for name in try DepthFile.names(in: folder) {
            if let other = files.updateValue(folder.appendingPath(name), forKey: DepthFile.stem(of: name)) {
                throw FathomError(
                    .inputInvalid, "holds both \(other.lastPathComponent) and \(name)", remedy: "keep one file per view",
                    at: folder)
            }
        }
        return files
    }

    /// A file's values as they are, and what was assumed.
    private func content(of path: String) throws -> (prior: DepthPrior, notes: [String]) {
        if path.pathExtension == "png", reading.coding == nil, DepthLayout.coding(of: path) == nil {
            let image = try ImageFile.read(path)
            if try PNG16Codec.coding(of: image, name: path) == nil {
                let prior = DepthPrior(
                    values: try Self.codes(of: image, name: path), order: reading.convention.map(PriorOrder.init))
                return (prior, ["its codes are not explained; only their order counts"])
            }
        }
        let content = try DepthFile.content(of: path, as: reading)
        if !content.isConventionAssumed { return (DepthPrior(content.map), content.notes) }
        // Read as relative depth, because metric depth would lose what is negative.
        let map = try DepthFile.read(path, as: DepthReading(convention: .affine, coding: reading.coding))
        let prior = DepthPrior(values: map.values, order: nil, zeroIsInvalid: true)
        return (prior, ["it does not say what it holds; only the order of its values counts"])
    }

    /// The grey codes of a picture as numbers, 0 without a value.
    private static func codes(of image: DecodedImage, name: String) throws -> Raster<Float> {
        var values = Raster<Float>(width: image.width, height: image.height, repeating: .nan)
        switch image.samples {
        case .u16(let codes) where codes.channels == 1:
            for index in 0..<codes.pixelCount where codes.samples[index] != 0 {
                values.samples[index] = Float(codes.samples[index])
            }
        case .u8(let codes) where codes.channels == 1:
            for index in 0..<codes.pixelCount where codes.samples[index] != 0 {
                values.samples[index] = Float(codes.samples[index])
            }
        default:
            throw FathomError(
                .inputInvalid, "is a picture in colour, which has no order",
                remedy: "take the grey or float file of which it was made",
                at: name)
        }
        return values
    }
}
