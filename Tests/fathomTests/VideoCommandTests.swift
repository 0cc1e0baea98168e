import FathomCore
import FathomGeometry
import FathomMedia
import FathomTestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// `fathom video` on a small synthetic clip.
struct VideoCommandTests {
    @Test func writesEverythingTheSameForAnyNumberOfThreads() throws {
        let folder = try TemporaryFolder()
        let (clip, out) = (folder.file("clip.mp4"), folder.file("a"))
        try SmallClip.write(to: clip, frames: 40)
        let first = try FathomProgram.run("video", clip, "-o", out, "--lossless-video", "--threads", "1", "--json", "-q")
        #expect(first.status == 0, "\(first.errors)")
        #expect(try FileSystem.list(out) == ["depth", "depth.mkv", "depth.mp4", "report.html", "run.json"])
        let names = try FileSystem.list(out.appendingPath("depth"))
        #expect(names.count == 40 && names[0] == "000000.png" && names[39] == "000039.png")
        let summary = try JSONNode.parse(first.output, name: "--json")
        #expect(try summary.required("figures").required("depth.frames").int() == 40)
        #expect(try summary.required("warnings").elements().contains { try $0.string().contains("coarse preview") })

        let second = try FathomProgram.run("video", clip, "-o", folder.file("b"), "--lossless-video", "--threads", "3", "-q")
        #expect(second.status == 0, "\(second.errors)")
        let (a, b) = (try FolderContent.outputs(out), try FolderContent.outputs(folder.file("b")))
        #expect(a.keys.sorted() == b.keys.sorted())
        for (path, bytes) in a {
            let isEqual = bytes == b[path]
            #expect(isEqual, "\(path) differs")
        }

        // One array with all frames; PNG files and lossless video hold its values within half a step of one coding.
        let npz = try FathomProgram.run("video", clip, "-o", folder.file("c"), "--format", "npz", "--side-by-side", "-q")
        #expect(npz.status == 0, "\(npz.errors)")
        #expect(try FileSystem.list(folder.file("c")) == ["depth.mp4", "depths.npz", "report.html", "run.json"])
        let array = try NPZReader(path: folder.file("c/depths.npz"))
        let depths = try array.array("depths")
        #expect(depths.shape == [40, 64, 96])
        let values = depths.floats()
        let record = try JSONNode.read(out.appendingPath("run.json"))
        let coding = try record.required("outputs").required("depth/{stem}.png").required("coding")
        let step = Float(try coding.required("scale").double())
        let lossless = try VideoFile(out.appendingPath("depth.mkv"))
        let codec = PNG16Codec.Coding(
            kind: .linear, scale: try coding.required("scale").double(), offset: try coding.required("offset").double())
        for index in 0..<40 {
            let map = try DepthFile.read(out.appendingPath("depth").appendingPath(names[index]))
            #expect(map.convention == .affineInverse)
            let decoded = PNG16Codec.decode(try #require(try lossless.nextGray16()).samples, as: codec)
            #expect(decoded == map.values)
            let worst = (0..<64 * 96).map { abs(map.values.samples[$0] - values[index * 64 * 96 + $0]) }.max() ?? .infinity
            // Half a step, and the rounding of values near the largest.
            #expect(worst <= 0.5 * step + (values.array.map(abs).max() ?? 0).ulp)
        }
        #expect(try lossless.nextGray16() == nil)

        let told = try FathomProgram.run("inspect", folder.file("c/depths.npz"))
        #expect(told.output.contains("kind: depth sequence\n  frames: 40\n  width: 96\n  height: 64"), "\(told)")

        // Times are those of the clip; the video to look at has them, too.
        let source = try VideoFile(clip)
        let times = try record.required("nodes").required("depth").required("times")
        let shown = try VideoFile(folder.file("c/depth.mp4"))
        #expect(shown.width == 192 && shown.height == 64)
        for pts in try times.required("pts").elements() {
            let (frame, picture) = (try #require(try source.next()), try #require(try shown.next()))
            #expect(try pts.int() == Int(frame.time.ticks))
            #expect(abs(frame.time.seconds - picture.time.seconds) < 1e-6)
        }
        #expect(try source.next() == nil && shown.next() == nil)
        #expect(try array.array("times").shape == [40])
    }

    /// The frames around a gap have depth; that it is there is not forgotten when the store has them.
    @Test func framesLostInTheMiddleEndWithStatus2() throws {
        let folder = try TemporaryFolder()
        let writer = try VideoWriter(folder.file("clip.mkv"), coding: .losslessGray16, frameRate: 10)
        for index in 0..<12 {
            var random = SeededRandom(seed: UInt64(index))
            let samples = Buffer((0..<64 * 48).map { UInt16(truncatingIfNeeded: 700 * $0) ^ UInt16(random.index(below: 256)) })
            let time = FrameTime(ticks: Int64(index), numerator: 1, denominator: 10)
            try writer.append(Raster(width: 64, height: 48, samples: samples), at: time)
        }
        try writer.finish()
        var bytes = try FileSystem.read(folder.file("clip.mkv"))
        for offset in 0..<16 { bytes[bytes.count / 2 + offset] ^= 0x5A }
        try folder.write(bytes, as: "damaged.mkv")
        for run in ["first", "again"] {
            let result = try FathomProgram.run(
                "video", "damaged.mkv", "-o", "out", "--cache", "cache", "--json", "-q", in: folder.path)
            #expect(result.status == 2, "\(run): \(result.errors)")
            let object = try JSONNode.parse(result.output, name: "--json")
            let failed = try object.required("failed").elements()
            #expect(try failed.count == 1 && failed[0].required("item").string() == "depth/scan")
            #expect(try object.required("figures").required("depth.lost_frames").int() >= 1)
            #expect(try object.required("warnings").elements().contains { try $0.string().contains("the video is damaged") })
        }
        #expect(try FileSystem.list(folder.file("out/depth")).count >= 10)
    }

    @Test func partsOfAVideo() throws {
        let folder = try TemporaryFolder()
        let clip = folder.file("clip.mp4")
        try SmallClip.write(to: clip, frames: 12)
        let result = try FathomProgram.run(
            "video", clip, "-o", folder.file("out"), "--from", "0.12", "--to", "0.4", "--stride", "3", "--max-side", "48",
            "--format",
            "npy", "--restart-at-cuts", "-q")
        #expect(result.status == 0, "\(result.errors)")
        #expect(try FileSystem.list(folder.file("out/depth")) == ["000000.npy", "000001.npy", "000002.npy"])
        let map = try DepthFile.read(folder.file("out/depth/000002.npy"))
        #expect(map.width == 48 && map.height == 32)
        let node = try JSONNode.read(folder.file("out/run.json")).required("nodes").required("depth")
        let ticks = try node.required("times").required("pts").elements().map { try $0.int() }
        #expect(ticks.count == 3 && ticks[1] - ticks[0] == 3 * (ticks[2] - ticks[1]) / 3 && ticks[1] > ticks[0])
        #expect(try node.required("cuts").elements().isEmpty && result.output.contains(", cuts 0"))
        #expect(try node.required("weights").required("name").string() == "fathom-video-lite")

        // Frames of a longer run before stay, and the user is told.
        let shorter = try FathomProgram.run(
            "video", clip, "-o", folder.file("out"), "--stride", "12", "--max-side", "48", "--format", "npy", "-q")
        #expect(shorter.errors.contains("depth also holds") && shorter.errors.contains("not of this run"), "\(shorter.errors)")
    }

    @Test(arguments: [(1, 1), (2, 2), (5, 3)])
    func tinyAndShortInputs(width: Int, height: Int) throws {
        let folder = try TemporaryFolder()
        try FileSystem.makeFolder(folder.file("frames"))
        let frame = Raster<UInt8>(width: width, height: height, channels: 3, repeating: 90)
        try ImageFile.writePNG(frame, to: folder.file("frames/1.png"))
        let one = try FathomProgram.run("video", folder.file("frames"), "-o", folder.file("one"), "-q", "--format", "exr")
        #expect(one.status == 0, "\(one.errors)")
        let map = try DepthFile.read(folder.file("one/depth/000000.exr"))
        #expect(map.width == width && map.height == height && map.values.samples.array.allSatisfy { $0 >= 0 && $0.isFinite })
        #expect(try VideoFile(folder.file("one/depth.mp4")).next() != nil)
        // A pattern names the output after its folder.
        let pattern = try FathomProgram.run("video", "frames/*.png", "-q", "--no-frames", in: folder.path)
        #expect(pattern.status == 0, "\(pattern.errors)")
        #expect(try FileSystem.list(folder.file("Outputs")) == ["video-frames"])
    }

    @Test func whatCannotBeDoneIsRefused() throws {
        let folder = try TemporaryFolder()
        let out = folder.file("out")
        try SmallClip.write(to: folder.file("clip.mp4"), frames: 2)
        let clip = folder.file("clip.mp4")
        let junk = try folder.write("no video", as: "junk.mp4")
        let cases: [([String], Int32, String)] = [
            ([junk], 65, "junk.mp4"),
            ([folder.file("none.mp4")], 66, "does not exist"),
            ([clip, "--model", "video-depth-anything-smal"], 64, "did you mean \"video-depth-anything-small\"?"),
            ([clip, "--model", "video-depth-anything-large"], 69, "fathom models pull video-depth-anything-large"),
            ([clip, "--model", folder.file("none.pth")], 66, "does not exist"),
            ([clip, "--model", junk], 65, "junk.mp4"),
            ([clip, "--streaming"], 64, "has no streaming mode"),
            ([clip, "--precision", "bf16"], 64, "computes in f32 only"),
            ([clip, "--points"], 64, "points need metric depth"),
            ([clip, "--from", "1:00"], 65, "no frame is left"),
            ([clip, "--from", "2", "--to", "1"], 64, "--to is not after --from"),
        ]
        for (arguments, status, message) in cases {
            let result = try ChildProcess(FathomProgram.path(), ["video"] + arguments + ["-o", out, "-q"]).wait()
            #expect(result.status == status, "\(arguments): \(result.errors)")
            #expect(result.errors.contains(message), "\(result.errors)")
            #expect(result.output.isEmpty)
        }
        #expect(FileSystem.kind(of: out.appendingPath("depth")) == nil)
    }

    @Test func interruptionLeavesNothingHalfDone() throws {
        let folder = try TemporaryFolder()
        try SmallClip.write(to: folder.file("clip.mp4"), frames: 40)
        let child = try ChildProcess(FathomProgram.path(), ["video", folder.file("clip.mp4"), "-o", folder.file("out")])
        while FileSystem.kind(of: folder.file("out/run.json")) == nil { usleep(500) }
        child.send(SIGINT)
        let result = try child.wait()
        #expect(result.status == 130)
        #expect(try JSONNode.read(folder.file("out/run.json")).required("status").string() == "interrupted")
        #expect(try FileSystem.list(folder.file("out")).allSatisfy { !$0.hasPrefix(".") })
    }

    /// Kills `fathom video` at random instants: what stands under a final name is always a whole file.
    @Test func killedAtAnyInstantNothingIsHalfWritten() throws {
        let folder = try TemporaryFolder()
        let (clip, out) = (folder.file("clip.mp4"), folder.file("out"))
        try SmallClip.write(to: clip, frames: 40)
        let arguments = ["video", clip, "-o", out, "-q", "--lossless-video"]
        let start = monotonicSeconds()
        #expect(try ChildProcess(FathomProgram.path(), arguments).wait().status == 0)
        let whole = monotonicSeconds() - start
        let expected = try FolderContent.read(out)
        var random = SeededRandom(seed: 11)
        for _ in 0..<20 {
            let child = try ChildProcess(FathomProgram.path(), arguments)
            usleep(UInt32(random.uniform(0..<whole) * 1e6))
            child.send(SIGKILL)
            _ = try child.wait()
            for (path, bytes) in try FolderContent.read(out) {
                if path == "run.json" {
                    _ = try JSONNode.parse(String(decoding: bytes, as: UTF8.self), name: path)
                } else if path == "report.html" {
                    #expect(String(decoding: bytes, as: UTF8.self).hasSuffix("</html>\n"))
                } else {
                    let isWhole = bytes == expected[path]
                    #expect(isWhole, "\(path) is half written")
                }
            }
        }
        #expect(try ChildProcess(FathomProgram.path(), arguments).wait().status == 0)
        for place in [out, out.appendingPath("depth")] {
            #expect(try FileSystem.list(place).allSatisfy { !$0.hasPrefix(".") }, "leftovers of killed runs are removed")
        }
    }
}
