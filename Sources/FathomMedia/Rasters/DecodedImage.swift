/// An image as its file holds it: samples of 8 or 16 bits, 1–4 channels, with the metadata that readers need.
public struct DecodedImage: Sendable {
    /// Samples as they are stored, interleaved.
    public enum Samples: Sendable {
        /// Values 0…255.
        case u8(Raster<UInt8>)
        /// Values 0…65535.
        case u16(Raster<UInt16>)
    }

    /// Grey (1), grey + alpha (2), RGB (3) or RGB + alpha (4), alpha not premultiplied.
    public var samples: Samples
    /// EXIF orientation 1…8 as stored (1 = upright); samples are never rotated by the decoder.
    public var orientation: Int
    /// Text chunks of a PNG file by key (the last of equal keys); empty for other formats.
    public var text: [String: String]

    /// - Parameters:
    ///   - orientation: EXIF's, 1…8; 1 is upright.
    ///   - text: keys and values of PNG text chunks.
    public init(samples: Samples, orientation: Int = 1, text: [String: String] = [:]) {
        self.samples = samples
        self.orientation = orientation
        self.text = text
    }

    /// Pixels per row as stored; EXIF may ask for a quarter turn.
    public var width: Int {
        switch samples {
        case .u8(let raster): raster.width
        case .u16(let raster): raster.width
        }
    }

    /// Rows as stored.
    public var height: Int {
        switch samples {
        case .u8(let raster): raster.height
        case .u16(let raster): raster.height
        }
    }

    /// 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.
    public var channels: Int {
        switch samples {
        case .u8(let raster): raster.channels
        case .u16(let raster): raster.channels
        }
    }
}
