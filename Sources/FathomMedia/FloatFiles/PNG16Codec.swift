import CKernels
import FathomCore

/// Floats in 16-bit grey PNG files: code 0 is no value, codes 1…65535 are evenly spaced values or evenly spaced inverses.
public enum PNG16Codec {
    /// What the codes mean.
    public struct Coding: Sendable, Equatable {
        /// Whether codes are even in the value or in its inverse.
        public enum Kind: String, Sendable, CaseIterable {
            /// value = scale · code + offset
            case linear
            /// 1 / value = scale · code + offset
            case inverse
        }

        /// How codes become values.
        public var kind: Kind
        /// Value, or inverse value, per code; not negative in files.
        public var scale: Double
        /// Value, or inverse value, of code 0.
        public var offset: Double

        /// A coding as a file states it.
        public init(kind: Kind, scale: Double, offset: Double) {
            self.kind = kind
            self.scale = scale
            self.offset = offset
        }

        /// The finest coding that spans `range`: codes 1 and 65535 are its bounds.
        ///
        /// - Precondition: an inverse coding needs positive bounds; the upper one may be infinite.
        public init(kind: Kind, spanning range: ClosedRange<Float>) {
            let bounds = (Double(range.lowerBound), Double(range.upperBound))
            precondition(kind == .linear ? bounds.1 - bounds.0 < .infinity : bounds.0 > 0, "the coding cannot span \(range)")
            let (low, high) = kind == .linear ? bounds : (1 / bounds.1, 1 / bounds.0)
            let step = (high - low) / 65534
            self.init(kind: kind, scale: step, offset: low - step)
        }
    }

    /// Keys of the text chunks that carry the coding.
    private enum Key {
        static let kind = "fathom-coding"
        static let scale = "fathom-scale"
        static let offset = "fathom-offset"
    }

    /// Codes of `values`, rounded to nearest and clamped to 1…65535.
    ///
    /// What the coding cannot express becomes 0: NaN and infinities when linear, NaN and values ≤ 0 when inverse. The
    /// error of a value inside the spanned range is at most half a step.
    public static func encode(_ values: Raster<Float>, as coding: Coding) -> Raster<UInt16> {
        precondition(values.channels == 1, "codes belong to one channel")
        return map(values) { source, count, target in
            fathom_codes_from_float(source, count, coding.scale, coding.offset, coding.kind == .inverse ? 1 : 0, target)
        }
    }

    /// Values of `codes`; code 0 is NaN, an inverse of zero is infinite.
    public static func decode(_ codes: Raster<UInt16>, as coding: Coding) -> Raster<Float> {
        precondition(codes.channels == 1, "codes belong to one channel")
        return map(codes) { source, count, target in
            fathom_float_from_codes(source, count, coding.scale, coding.offset, coding.kind == .inverse ? 1 : 0, target)
        }
    }

    /// Writes `values` and their coding atomically; `text` goes into the file as well.
    ///
    /// - Throws: `cannotCreate` or `io`.
    public static func write(
        _ values: Raster<Float>, as coding: Coding, to path: String, text: [(key: String, value: String)] = []
    ) throws {
        try ImageFile.writePNG(encode(values, as: coding), to: path, text: Self.text(of: coding) + text)
    }

    /// Keys and values that state a coding in a file.
    public static func text(of coding: Coding) -> [(key: String, value: String)] {
        [(Key.kind, coding.kind.rawValue), (Key.scale, "\(coding.scale)"), (Key.offset, "\(coding.offset)")]
    }

    /// Reads a file that carries its coding.
    ///
    /// - Returns: the values, and all text chunks of the file.
    /// - Throws: `inputMissing`, `io`, or `inputInvalid` when the file is no 16-bit grey PNG or its coding is missing.
    public static func read(
        _ path: String, limits: ReadLimits = .current
    ) throws -> (values: Raster<Float>, text: [String: String]) {
        let image = try ImageFile.read(path, limits: limits)
        guard let coding = try coding(of: image, name: path) else {
            throw FathomError(
                .inputInvalid, "does not say what its codes mean (no \(Key.kind) text)",
                remedy: "use a file that Fathom wrote", at: path)
        }
        return (decode(try codes(of: image, name: path), as: coding), image.text)
    }

    /// The 16-bit grey samples of an image.
    ///
    /// - Throws: `inputInvalid` for other kinds of images.
    public static func codes(of image: DecodedImage, name: String) throws -> Raster<UInt16> {
        guard case .u16(let raster) = image.samples, raster.channels == 1 else {
            throw FathomError(
                .inputInvalid, "is not a 16-bit grey image", remedy: "depth needs 16 bits and one channel", at: name)
        }
        return raster
    }

    /// The coding that an image carries in its text chunks, or nil where there is none.
    ///
    /// - Throws: `inputInvalid` for a coding that cannot be understood.
    public static func coding(of image: DecodedImage, name: String) throws -> Coding? {
        guard let kind = image.text[Key.kind] else { return nil }
        guard
            let kind = Coding.Kind(rawValue: kind),
            let scale = image.text[Key.scale].flatMap(Double.init), scale.isFinite, scale >= 0,
            let offset = image.text[Key.offset].flatMap(Double.init), offset.isFinite
        else {
            throw FathomError(
                .inputInvalid, "its coding is damaged (\(Key.kind), \(Key.scale) or \(Key.offset) text)",
                remedy: "write the file again", at: name)
        }
        return Coding(kind: kind, scale: scale, offset: offset)
    }

    private static func map<Source, Target>(
        _ raster: Raster<Source>, _ kernel: @Sendable (UnsafePointer<Source>, Int, UnsafeMutablePointer<Target>) -> Void
    ) -> Raster<Target> {
        var result = Raster<Target>(uninitializedWidth: raster.width, height: raster.height)
        withMutablePointers(&result) { target in
            withPointers(raster) { source in
                ThreadPool.shared.parallelFor(raster.pixelCount, grain: 1 << 16) { pixels in
                    kernel(source + pixels.lowerBound, pixels.count, target + pixels.lowerBound)
                }
            }
        }
        return result
    }
}
