import FathomCore
import FathomGraph
import FathomMedia

extension PartArchive {
    /// Size and samples of a raster.
    init<Sample>(_ raster: Raster<Sample>) {
        self.init(["width": .int(raster.width), "height": .int(raster.height), "channels": .int(raster.channels)])
        add("samples", raster.samples)
    }
}

extension PartReader {
    /// The raster whose samples are the array `name`.
    ///
    /// - Throws: `inputInvalid` when sizes and samples do not agree.
    func raster<Sample>(_ name: String = "samples") throws -> Raster<Sample> {
        let (width, height) = (try int("width"), try int("height"))
        let channels = facts["channels"] == nil ? 1 : try int("channels")
        guard channels > 0, width < 1 << 20, height < 1 << 20, channels < 1 << 10 else { throw PartReader.damaged }
        return Raster(
            width: width, height: height, channels: channels, samples: try buffer(name, count: width * height * channels))
    }
}
