import CFFmpeg
import CKernels
import FathomCore

extension Raster where Sample == UInt8 {
    /// Fills RGB pixels from 8-bit 4:2:0 planes; chroma is interpolated linearly between the pixels it belongs to.
    ///
    /// swscale's accurate conversion takes ten times as long; it serves all other kinds.
    mutating func fill(from planes: fathom_video_planes) {
        precondition(channels == 3, "planes become RGB")
        let matrix = fathom_yuv_matrix(planes)
        let (width, height) = (width, height)
        let chromaRows = (height + 1) / 2
        withMutablePointers(&self) { target in
            ThreadPool.shared.parallelFor(height, grain: max(1, (1 << 16) / width)) { rows in
                var matrix = matrix
                var scratch = Buffer<Int16>(uninitialized: 3 * width + 16)
                scratch.withMutablePointer { scratch in
                    for y in rows {
                        // Chroma rows lie between pixel rows 2k and 2k + 1.
                        let near = y / 2
                        let far = min(max(y % 2 == 0 ? near - 1 : near + 1, 0), chromaRows - 1)
                        fathom_rgb8_from_yuv420_row(
                            planes.luma + y * planes.luma_stride, planes.u + near * planes.u_stride,
                            planes.u + far * planes.u_stride, planes.v + near * planes.v_stride, planes.v + far * planes.v_stride,
                            width, &matrix, scratch, target + 3 * y * width)
                    }
                }
            }
        }
    }
}

extension fathom_yuv_matrix {
    /// ITU-R BT.709 §3 and BT.601 §2.5: R = Y + 2 (1 − red share) V and so on, for samples of the planes' range.
    init(_ planes: fathom_video_planes) {
        let lumaScale = planes.full_range != 0 ? 1 : 255.0 / 219
        let chromaScale = planes.full_range != 0 ? 1 : 255.0 / 224
        let (red, blue) = (planes.red_share, planes.blue_share)
        let green = 1 - red - blue
        func luma(_ factor: Double) -> Int32 { Int32((factor * 65536).rounded()) }
        func chroma(_ factor: Double) -> Int32 { Int32((factor * chromaScale * 4096).rounded()) }
        self.init()
        self.luma = luma(lumaScale)
        offset = planes.full_range != 0 ? 0 : luma(-16 * lumaScale)
        red_from_v = chroma(2 * (1 - red))
        blue_from_u = chroma(2 * (1 - blue))
        green_from_u = chroma(-2 * blue * (1 - blue) / green)
        green_from_v = chroma(-2 * red * (1 - red) / green)
        (left_own, left_before, right_own, right_behind) = planes.centered != 0 ? (3, 1, 3, 1) : (4, 0, 2, 2)
    }
}
