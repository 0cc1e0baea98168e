import CKernels
import FathomCore

/// The pixels of one row that a multi-view test looks at, packed, and room for what each source says about them.
final class ReprojectionScratch {
    /// Packed column coordinates (pixel centres) and depths.
    typealias Pixels = (u: UnsafePointer<Float>, depth: UnsafePointer<Float>)

    private(set) var count = 0
    private let width: Int
    private var columns: Buffer<Int32>
    /// Planes u, depth, ratio, shift, depth in the reference.
    private var planes: Buffer<Float>
    private var pixels: Buffer<Int32>

    init(width: Int) {
        self.width = width
        columns = Buffer(uninitialized: width)
        planes = Buffer(uninitialized: 5 * width)
        pixels = Buffer(uninitialized: width)
    }

    func begin() { count = 0 }

    func append(column: Int, depth: Float) {
        columns[count] = Int32(column)
        planes[count] = Float(column) + 0.5
        planes[width + count] = depth
        count += 1
    }

    /// Reprojects the packed pixels of row `y` through one source.
    func reproject(_ pair: fathom_depth_pair, row y: Int, _ body: (Pixels, fathom_reprojection) -> Void) {
        planes.withMutablePointer { planes in
            pixels.withMutablePointer { pixels in
                let found = fathom_reprojection(
                    pixel: pixels, ratio: planes + 2 * width, shift: planes + 3 * width, depth: planes + 4 * width)
                withUnsafePointer(to: pair) { pair in
                    withUnsafePointer(to: found) {
                        fathom_reproject(pair, Float(y) + 0.5, planes, planes + width, Int32(count), $0)
                    }
                }
                body((UnsafePointer(planes), UnsafePointer(planes + width)), found)
            }
        }
    }

    /// Calls `body` with index, column and depth of each packed pixel.
    func forEach(_ body: (_ index: Int, _ column: Int, _ depth: Float) -> Void) {
        columns.withPointer { columns in
            planes.withPointer { planes in
                for index in 0..<count { body(index, Int(columns[index]), planes[width + index]) }
            }
        }
    }
}
