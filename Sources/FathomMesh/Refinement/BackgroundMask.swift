import FathomCore
import FathomMedia

/// What stands out from a photo's background, where that is even and dark or bright: objects before a black cloth or a white wall.
public enum BackgroundMask {
    /// Share of the border that must be background.
    private static let borderShare = 0.85
    /// The same of each of the four sides.
    private static let sideShare = 0.5
    /// How far from the background's brightness background may be.
    private static let tolerance = 24
    /// Backgrounds are at most this bright, or as near to white.
    private static let extreme = 48
    /// Enclosed background of a smaller share of the picture belongs to the object: dark spots of a bright thing.
    private static let smallestGap = 1.0 / 800

    /// 1 where the object is, 0 where background is; nil for photos whose border is not even, dark or bright enough.
    ///
    /// Background is what has the border's most frequent brightness and hangs together with the border, and larger enclosed parts of
    /// the same. O(pixels).
    ///
    /// - Parameter photo: RGB.
    public static func find(in photo: Raster<UInt8>) -> Raster<Float>? {
        let (width, height) = (photo.width, photo.height)
        let brightness = photo.withPointer { rgb in
            (0..<width * height).map { i in
                (Int(rgb[3 * i]) + Int(rgb[3 * i + 1]) + Int(rgb[3 * i + 2])) / 3
            }
        }
        var histogram = [Int](repeating: 0, count: 256)
        let (columns, rows) = (0..<width, 0..<height)
        let sides = [
            columns.map { $0 }, columns.map { (height - 1) * width + $0 }, rows.map { $0 * width },
            rows.map { $0 * width + width - 1 },
        ]
        let border = sides.flatMap { $0 }
        for i in border { histogram[brightness[i]] += 1 }
        let dark = histogram[...extreme].reduce(0, +)
        let bright = histogram[(255 - extreme)...].reduce(0, +)
        let candidates = dark >= bright ? 0...extreme : (255 - extreme)...255
        guard let level = candidates.max(by: { histogram[$0] < histogram[$1] }) else { return nil }
        let isBackground = brightness.map { level <= extreme ? $0 <= level + tolerance : $0 >= level - tolerance }
        func share(_ places: [Int]) -> Double { Double(places.count { isBackground[$0] }) / Double(places.count) }
        guard share(border) >= borderShare, sides.allSatisfy({ share($0) >= sideShare }) else { return nil }
        return object(isBackground, width, height)
    }

    private static func object(_ isBackground: [Bool], _ width: Int, _ height: Int) -> Raster<Float> {
        var mask = Raster<Float>(width: width, height: height, repeating: 1)
        var isVisited = [Bool](repeating: false, count: isBackground.count)
        for start in isBackground.indices where isBackground[start] && !isVisited[start] {
            var (part, touchesBorder) = ([start], false)
            isVisited[start] = true
            var next = 0
            while next < part.count {
                let (x, y) = (part[next] % width, part[next] / width)
                next += 1
                if x == 0 || y == 0 || x == width - 1 || y == height - 1 { touchesBorder = true }
                for (nx, ny) in [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]
                where nx >= 0 && ny >= 0 && nx < width && ny < height {
                    let i = ny * width + nx
                    if isBackground[i] && !isVisited[i] {
                        isVisited[i] = true
                        part.append(i)
                    }
                }
            }
            guard touchesBorder || Double(part.count) >= smallestGap * Double(width * height) else { continue }
            for i in part { mask.samples[i] = 0 }
        }
        return mask
    }
}
