import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport

/// Depth maps in every format that is written.
enum DepthReaders {
    static func targets() throws -> [FuzzTarget] {
        [
            FuzzTarget("EXR", golden, allowance: 16 << 20) { bytes in
                _ = try EXRFile.decode(bytes, name: "depth.exr", limits: .pixels(1 << 18))
            },
            FuzzTarget("PFM", [FuzzTarget.Seed("a map", PFMFile.encode(values), .mixed)]) { bytes in
                _ = try PFMFile.decode(bytes, name: "depth.pfm")
            },
            try stack(), try codes(),
        ] + (try DepthFile.extensions.map(file))
    }

    private static let golden = [
        FuzzTarget.Seed("ZIP, float", GoldenEXR.zipFloat, .exr), FuzzTarget.Seed("ZIPS, half", GoldenEXR.zipsHalf, .exr),
        FuzzTarget.Seed("RLE, uint", GoldenEXR.rleUint, .exr), FuzzTarget.Seed("uncompressed", GoldenEXR.noneMany, .exr),
    ]

    static let values: Raster<Float> = {
        var values = Raster<Float>(width: 17, height: 9, repeating: 1.5)
        for index in 0..<values.samples.count where index % 7 != 0 { values.samples[index] = Float(index) / 8 }
        return values
    }()

    /// Two maps in one file, read one at a time.
    private static func stack() throws -> FuzzTarget {
        let folder = try TemporaryFolder()
        let path = folder.file("stack.npz")
        try DepthStack.write(count: 2, to: path) { _ in DepthMap(values: values, convention: .metric(unit: "m")) }
        return FuzzTarget("depth stacks", folder: [FuzzTarget.Seed("stack.npz", try FileSystem.read(path), .mixed)]) { folder in
            let stack = try DepthStack(folder.file("stack.npz"))
            for index in 0..<stack.count { _ = try stack.map(index) }
        }
    }

    /// Codes of another program.
    private static func codes() throws -> FuzzTarget {
        let bytes = try ImageFile.encodePNG(ImageReaders.picture(UInt16.self, channels: 1))
        return FuzzTarget("depth codes", folder: [FuzzTarget.Seed("codes.png", bytes, .png)]) { folder in
            _ = try DepthFile.read(folder.file("codes.png"), as: DepthReading(coding: .millimeters))
        }
    }

    /// A depth map written by Fathom, read by its extension.
    private static func file(type: String) throws -> FuzzTarget {
        let folder = try TemporaryFolder()
        let name = "depth." + type
        try DepthFile.write(DepthMap(values: values, convention: .metric(unit: "m")), to: folder.file(name))
        let content: Mutator.Content = ["png": .png, "exr": .exr][type] ?? .mixed
        let seed = FuzzTarget.Seed(name, try FileSystem.read(folder.file(name)), content)
        // Small EXR files may always unpack to 64 MiB; a map of that size and its copy without invalid values exist side by side.
        let allowance = type == "exr" ? 136 << 20 : 16 << 20
        return FuzzTarget("depth files \(type)", folder: [seed], allowance: allowance) { folder in
            let map = try DepthFile.read(folder.file(name))
            guard map.width > 0, map.height > 0 else { throw FuzzTarget.Violation("the map has no pixels") }
        }
    }
}
