/// How samples between and beyond the old ones are found when a raster is resized.
///
/// Unless a case says otherwise, sample centres lie at half-integer positions in both rasters (`align_corners = false`), so
/// borders map to borders.
public enum ResizeFilter: String, Sendable, CaseIterable {
    /// Mean over the exact footprint of each new pixel: for making images smaller.
    case area
    /// Straight lines between the two nearest samples, not antialiased; borders repeat.
    case bilinear
    /// Straight lines between the two nearest samples, the centres of corner samples staying corners (`align_corners = true`).
    case bilinearCorners = "bilinear-corners"
    /// Keys' cubic convolution with a = −0.75, not antialiased; borders repeat. What PyTorch and OpenCV call bicubic.
    case bicubic
    /// Windowed sinc with three lobes, widened when making images smaller (antialiased); weights beyond the border are dropped.
    case lanczos3
}
