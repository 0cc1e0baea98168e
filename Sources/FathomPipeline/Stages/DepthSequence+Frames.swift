import FathomCore
import FathomGeometry
import FathomMedia

extension DepthSequence {
    /// The maps' indices in order, each with its frame out of `frames`; without frames when there are none to join.
    ///
    /// - Throws: what the stream throws; from the closure `inputInvalid` when a frame is missing, as when a file has changed.
    func joined(
        with frames: FrameStream<Raster<UInt8>>?
    ) throws -> () throws -> (index: Int, frame: Raster<UInt8>?)? {
        let next = try frames?.iterator()
        var index = 0
        return {
            guard index < count else { return nil }
            defer { index += 1 }
            guard let next else { return (index, nil) }
            while let element = try next() {
                if element.stem == self.frames[index].stem { return (index, element.item) }
            }
            throw FathomError(.inputInvalid, "frame \(self.frames[index].stem) is there no more", remedy: "run again")
        }
    }
}

extension Raster<UInt8> {
    /// Two RGB pictures of equal height side by side, `self` to the left.
    func beside(_ right: Raster<UInt8>) -> Raster<UInt8> {
        var both = Raster<UInt8>(uninitializedWidth: width + right.width, height: height, channels: 3)
        both.withMutablePointer { both in
            withPointer { left in
                right.withPointer { other in
                    let (a, b) = (width * 3, right.width * 3)
                    for y in 0..<height {
                        (both + y * (a + b)).update(from: left + y * a, count: a)
                        (both + y * (a + b) + a).update(from: other + y * b, count: b)
                    }
                }
            }
        }
        return both
    }
}
