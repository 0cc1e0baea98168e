import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Testing

/// Depth under another convention, in another unit, several maps in one file.
@Suite struct DepthConversionTests {
    private static func map(_ values: [Float], _ convention: DepthConvention) -> DepthMap {
        DepthMap(values: Raster(width: values.count, height: 1, samples: Buffer(values)), convention: convention)
    }

    @Test func unitsAreConvertedByWholeFactors() throws {
        let meters = Self.map([1.5, 0.0254, .nan, 65.534], .metric(unit: "m"))
        let (millimeters, lost) = try meters.converted(to: .metric(unit: "mm"))
        #expect(Array(millimeters.values.samples.array[..<2]) == [1500, 25.4] && millimeters.values[2, 0].isNaN && lost == 0)
        let back = try millimeters.converted(to: .metric(unit: "m")).map
        #expect(back.values[0, 0] == 1.5 && back.values[3, 0] == 65.534 && back.convention == meters.convention)
        #expect(try meters.converted(to: .metric(unit: "in")).map.values[1, 0] == 1)
        for (from, to) in [("scene unit", "m"), ("m", "scene unit"), ("furlong", "m")] {
            let error = try #require(throws: FathomError.self) {
                try Self.map([1], .metric(unit: from)).converted(to: .metric(unit: to))
            }
            #expect("\(error)".contains("--from-unit"))
        }
    }

    /// Inverse 0 is the sky and valid; metric depth has no number for it.
    @Test func skyBetweenInverseAndMetric() throws {
        let inverse = Self.map([0, 0.5, .nan, 4, -1], .inverse)
        let (metric, lost) = try inverse.converted(to: .metric(unit: "m"))
        #expect(metric.convention == .metric(unit: "m") && lost == 2)
        #expect(metric.values[1, 0] == 2 && metric.values[3, 0] == 0.25)
        for x in [0, 2, 4] { #expect(metric.values[x, 0].isNaN) }
        let (again, lostAgain) = try metric.converted(to: .inverse)
        #expect(again.values[1, 0] == 0.5 && again.values[3, 0] == 4 && again.values[0, 0].isNaN && lostAgain == 0)

        let folder = try TemporaryFolder()
        try DepthFile.write(inverse, to: folder.file("inverse.exr"))
        #expect(try DepthFile.read(folder.file("inverse.exr")).values[0, 0] == 0)
        try DepthFile.write(metric, to: folder.file("metric.exr"))
        #expect(try EXRFile.read(folder.file("metric.exr")).values[0, 0] == 0)
    }

    @Test func relativeDepthStaysRelative() throws {
        let values: [Float] = [0, 0.5, 2]
        for convention in [DepthConvention.affine, .affineInverse] {
            for target in [DepthConvention.metric(unit: "m"), .inverse] {
                let error = try #require(throws: FathomError.self) { try Self.map(values, convention).converted(to: target) }
                #expect("\(error)".contains("up to scale and shift") && error.remedy != nil)
            }
        }
        #expect(try Self.map(values, .inverse).converted(to: .affineInverse).map.values.samples.array == values)
        #expect(try Self.map([0.5, 2], .metric(unit: "m")).converted(to: .affine).map.values.samples.array == [0.5, 2])
        #expect(try Self.map([0.5, 2], .metric(unit: "m")).converted(to: .affineInverse).map.values.samples.array == [2, 0.5])
        let folder = try TemporaryFolder()
        let error = try #require(throws: FathomError.self) {
            try DepthFile.write(Self.map(values, .inverse), to: folder.file("x.png"), as: .millimeters)
        }
        #expect("\(error)".contains("--to-convention metric"))
        #expect(throws: FathomError.self) {
            try DepthFile.write(Self.map(values, .metric(unit: "scene unit")), to: folder.file("x.png"), as: .tum)
        }
        #expect(try DepthFile.write(Self.map([1500], .metric(unit: "mm")), to: folder.file("x.png"), as: .tum) == 0)
        #expect(try PNG16Codec.codes(of: ImageFile.read(folder.file("x.png")), name: "x")[0, 0] == 7500)
    }

    @Test func severalMapsInOneFile() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("depths.npz")
        let maps = [Self.map([0, 0.5, .nan], .inverse), Self.map([1, 0, 3], .inverse)]
        try DepthStack.write(count: 2, to: path) { maps[$0] }
        #expect(try DepthStack.isStack(path))
        let stack = try DepthStack(path)
        #expect(stack.count == 2 && stack.width == 3 && stack.height == 1 && stack.convention == .inverse && stack.notes.isEmpty)
        #expect(try stack.map(0).values[0, 0] == 0 && stack.map(0).values[2, 0].isNaN && stack.map(1).values[2, 0] == 3)
        let odd = Self.map([1], .inverse)
        let error = try #require(throws: FathomError.self) { try DepthStack.write(count: 2, to: path) { [maps[0], odd][$0] } }
        #expect("\(error)".contains("map 1 is 1×1"))
        #expect(try DepthStack(path).count == 2)
        // What Video Depth Anything writes.
        let file = try NPZWriter(path: path)
        try file.add("depths", Buffer<Float>(repeating: 2, count: 6), shape: [3, 1, 2])
        try file.finish()
        #expect(try DepthStack(path).convention == .affineInverse && DepthStack(path).notes.count == 1)
        #expect(try DepthStack(path, as: DepthReading(convention: .inverse)).convention == .inverse)
    }

    /// Damaged stacks: an error or maps, never a trap.
    @Test func damagedStacksNeverCrash() throws {
        let folder = try TemporaryFolder()
        try DepthStack.write(count: 3, to: folder.file("s.npz")) { _ in Self.map([1, 2, 3], .inverse) }
        for copy in try Mutator.mutations(of: FileSystem.read(folder.file("s.npz")), count: 200) {
            try folder.write(copy, as: "d.npz")
            do {
                let stack = try DepthStack(folder.file("d.npz"))
                for index in 0..<stack.count { _ = try stack.map(index) }
            } catch is FathomError {}
        }
    }
}
