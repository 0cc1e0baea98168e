import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Testing

@Suite struct DepthFileTests {
    static let conventions: [DepthConvention] = [.metric(unit: "mm"), .affineInverse, .inverse, .affine]

    /// 37 × 23 values from 0.5 to 9.5 with a hole; where 0 is a value, one of them is 0.
    private static func map(_ convention: DepthConvention) -> DepthMap {
        var random = SeededRandom(seed: 8)
        var values = Raster<Float>(width: 37, height: 23, repeating: 0)
        for index in 0..<37 * 23 { values.samples[index] = Float(random.uniform(0.5..<9.5)) }
        values[5, 7] = .nan
        if case .metric = convention {} else { values[9, 2] = 0 }
        return DepthMap(values: values, convention: convention)
    }

    private static func same(_ a: Raster<Float>, _ b: Raster<Float>, within tolerance: Float) -> Bool {
        a.width == b.width && a.height == b.height
            && zip(a.samples.array, b.samples.array).allSatisfy { abs($0 - $1) <= tolerance || $0.isNaN && $1.isNaN }
    }

    @Test(arguments: DepthFile.extensions, conventions)
    func aWrittenMapReadsBackTheSame(type: String, convention: DepthConvention) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("depth." + type)
        let map = Self.map(convention)
        if type == "bin" && !convention.isMetric {
            #expect(throws: FathomError.self) { try DepthFile.write(map, to: path) }
            return
        }
        try DepthFile.write(map, to: path)
        // PFM, NPY, DMB and COLMAP's files cannot say what they hold or in which unit; the others can, and their word counts.
        let silent = ["pfm", "npy", "dmb", "bin"].contains(type)
        let back = try DepthFile.read(path, as: DepthReading(convention: silent ? convention : .metric(unit: "furlong")))
        #expect(back.convention == convention)
        // A PNG holds 65534 steps between the extremes, rounded to nearest.
        #expect(Self.same(back.values, map.values, within: type == "png" ? 9.5 / 65534 / 2 * 1.01 : 0))
    }

    /// Metric float files mark holes by 0 for other programs; the other conventions need NaN, as 0 is infinitely far there.
    @Test func holesAreWrittenAsTheConventionDemands() throws {
        let folder = try TemporaryFolder()
        for convention in Self.conventions {
            try DepthFile.write(Self.map(convention), to: folder.file("depth.pfm"))
            let hole = try PFMFile.read(folder.file("depth.pfm"))[5, 7]
            if case .metric = convention { #expect(hole == 0) } else { #expect(hole.isNaN) }
            try DepthFile.write(Self.map(convention), to: folder.file("depth.png"))
            #expect(try PNG16Codec.codes(of: ImageFile.read(folder.file("depth.png")), name: "depth")[5, 7] == 0)
        }
    }

    @Test func emptyAndConstantMapsSurvive() throws {
        let folder = try TemporaryFolder()
        for type in DepthFile.extensions {
            for value in [Float.nan, 2.5] {
                let map = DepthMap(values: Raster(width: 4, height: 3, repeating: value), convention: .metric(unit: "m"))
                try DepthFile.write(map, to: folder.file("flat." + type))
                let back = try DepthFile.read(folder.file("flat." + type))
                #expect(Self.same(back.values, map.values, within: 0), "\(type) \(value)")
            }
        }
    }

    @Test func confidenceSurvives() throws {
        let folder = try TemporaryFolder()
        var values = Raster<Float>(width: 5, height: 2, repeating: 0.25)
        values[1, 1] = 1
        values[2, 0] = 0
        for type in ConfidenceFile.extensions {
            try ConfidenceFile.write(values, to: folder.file("confidence." + type))
        }
        #expect(try EXRFile.read(folder.file("confidence.exr")).values == values)
        #expect(try PFMFile.read(folder.file("confidence.pfm")) == values)
        #expect(try NPYArray(path: folder.file("confidence.npy")).floats() == values.samples)
        #expect(Self.same(try PNG16Codec.read(folder.file("confidence.png")).values, values, within: 1e-5))
    }

    @Test(.needsSharedMaterial)
    func realSensorDepth() throws {
        let content = try DepthFile.content(of: SharedMaterial.path("data/livingroom/depth/00000.png"))
        let map = content.map
        #expect(map.width == 640 && map.height == 480 && map.convention == .metric(unit: "m"))
        #expect(
            content.notes == ["its codes are taken as millimetres: folders of Redwood recordings hold depth and trajectory.log"])
        #expect(map.values.samples.array.allSatisfy { $0.isNaN || $0 > 0.5 && $0 < 4 })
    }
}
