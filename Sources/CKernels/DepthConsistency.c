#include "DepthConsistency.h"

#include <math.h>

#include "KernelTargets.h"

FATHOM_KERNEL
void fathom_reproject(const fathom_depth_pair *pair, float v, const float *restrict u, const float *restrict depth,
                      int32_t count, const fathom_reprojection *result) {
    const float *f = pair->forward;
    const float *b = pair->backward;
    const float *restrict source = pair->depth;
    const int32_t width = pair->width, height = pair->height;
    const float right = (float)width, bottom = (float)height;
    const float last_x = right - 1, last_y = bottom - 1;
    // The part of each mapping that does not change along the row.
    const float fx = f[1] * v + f[2], fy = f[5] * v + f[6], fz = f[9] * v + f[10];
    const float f0 = f[0], f3 = f[3], f4 = f[4], f7 = f[7], f8 = f[8], f11 = f[11];
    const float b0 = b[0], b1 = b[1], b2 = b[2], b3 = b[3], b4 = b[4], b5 = b[5], b6 = b[6], b7 = b[7], b8 = b[8],
                b9 = b[9], b10 = b[10], b11 = b[11];
    int32_t *restrict out_pixel = result->pixel;
    float *restrict out_ratio = result->ratio;
    float *restrict out_shift = result->shift;
    float *restrict out_depth = result->depth;

    // The results never overlap the inputs.
#pragma clang loop vectorize(assume_safety)
    for (int32_t i = 0; i < count; i++) {
        const float d = depth[i];
        const float z = d * (f8 * u[i] + fz) + f11;
        const float inverse = 1.0f / z;
        const float qx = (d * (f0 * u[i] + fx) + f3) * inverse;
        const float qy = (d * (f4 * u[i] + fy) + f7) * inverse;
        const int inside = (z > 0) & (qx >= 0) & (qx < right) & (qy >= 0) & (qy < bottom);
        // Outside pixels read pixel 0; their result is discarded below.
        const float cx = inside ? qx : 0.5f, cy = inside ? qy : 0.5f;
        float sx = cx - 0.5f, sy = cy - 0.5f;
        sx = sx < 0 ? 0 : sx > last_x ? last_x : sx;
        sy = sy < 0 ? 0 : sy > last_y ? last_y : sy;
        const int32_t x0 = (int32_t)sx, y0 = (int32_t)sy;
        const int32_t x1 = x0 + 1 < width ? x0 + 1 : x0, y1 = y0 + 1 < height ? y0 + 1 : y0;
        const float wx = sx - (float)x0, wy = sy - (float)y0;
        const float d00 = source[y0 * width + x0], d01 = source[y0 * width + x1];
        const float d10 = source[y1 * width + x0], d11 = source[y1 * width + x1];
        const float above = d00 + (d01 - d00) * wx, below = d10 + (d11 - d10) * wx;
        const float bilinear = above + (below - above) * wy;
        float low = d00 < d01 ? d00 : d01, high = d00 > d01 ? d00 : d01;
        low = d10 < low ? d10 : low;
        low = d11 < low ? d11 : low;
        high = d10 > high ? d10 : high;
        high = d11 > high ? d11 : high;
        const float nearest = wy < 0.5f ? (wx < 0.5f ? d00 : d01) : (wx < 0.5f ? d10 : d11);
        // A NaN among the four makes `bilinear` NaN, and the comparison false.
        const int smooth = (bilinear > 0) & (high <= 1.02f * low);
        const float zs = smooth ? bilinear : nearest;
        const int known = inside & (zs > 0);

        const float back = zs * (b8 * cx + b9 * cy + b10) + b11;
        const float scale = 1.0f / back;
        const float dx = (zs * (b0 * cx + b1 * cy + b2) + b3) * scale - u[i];
        const float dy = (zs * (b4 * cx + b5 * cy + b6) + b7) * scale - v;
        const int returns = known & (back > 0);
        out_pixel[i] = known ? (int32_t)cy * width + (int32_t)cx : -1;
        out_ratio[i] = known ? z / zs : NAN;
        out_shift[i] = returns ? __builtin_elementwise_sqrt(dx * dx + dy * dy) : INFINITY;
        out_depth[i] = returns ? back : NAN;
    }
}

FATHOM_KERNEL
void fathom_tally_agreement(const float *restrict depth, const fathom_reprojection *found, int32_t count, float shift_step,
                            float depth_step, float fixed_shift, float fixed_depth, uint8_t *restrict votes,
                            uint8_t *restrict fixed, uint8_t *restrict seen, uint8_t *restrict agreeing,
                            float *restrict sum) {
    const float *restrict shift = found->shift;
    const float *restrict back = found->depth;
    const int32_t *restrict pixel = found->pixel;
    const float per_shift = 1.0f / shift_step, per_depth = 1.0f / depth_step;
    for (int32_t start = 0; start < count; start += 256) {
        const int32_t n = count - start < 256 ? count - start : 256;
        uint8_t level[256];
        for (int32_t i = 0; i < n; i++) {
            const int32_t at = start + i;
            const float relative = fabsf(back[at] - depth[at]) / depth[at];
            const float a = shift[at] * per_shift, b = relative * per_depth;
            // NaN (the source has no say) compares false and ends at 11.
            const int loose = (a < 10) & (b < 10);
            const float worst = a > b ? a : b;
            const int strict = (shift[at] < fixed_shift) & (relative < fixed_depth);
            const int agrees = loose | strict;
            level[i] = (uint8_t)(loose ? (int32_t)worst + 1 : 11);
            fixed[at] += (uint8_t)strict;
            seen[at] += pixel[at] >= 0;
            agreeing[at] += (uint8_t)agrees;
            sum[at] += agrees ? back[at] : 0;
        }
        for (int32_t i = 2; i <= 10; i++) {
            uint8_t *restrict plane = votes + (size_t)(i - 2) * (size_t)count + start;
            for (int32_t k = 0; k < n; k++) plane[k] += level[k] <= i;
        }
    }
}

FATHOM_KERNEL
void fathom_accept_agreement(const uint8_t *restrict votes, const uint8_t *restrict fixed, int32_t fixed_views,
                             int32_t count, uint8_t *restrict accepted) {
    const uint8_t wanted = (uint8_t)(fixed_views > 255 ? 255 : fixed_views);
    const uint8_t enabled = wanted > 0;
    for (int32_t k = 0; k < count; k++) accepted[k] = enabled & (fixed[k] >= wanted);
    for (int32_t i = 2; i <= 10; i++) {
        const uint8_t *restrict plane = votes + (size_t)(i - 2) * (size_t)count;
        for (int32_t k = 0; k < count; k++) accepted[k] |= plane[k] >= (uint8_t)i;
    }
}

/// Solves the symmetric 3×3 normal equations of a plane fit; 0 when the points do not span a plane.
static int solve_plane(double xx, double xy, double x, double yy, double y, double n, double xq, double yq, double q,
                       double *plane) {
    const double c0 = yy * n - y * y, c1 = x * y - xy * n, c2 = xy * y - x * yy;
    const double determinant = xx * c0 + xy * c1 + x * c2;
    if (!(determinant > 1e-6)) return 0;
    const double c4 = xx * n - x * x, c5 = xy * x - xx * y, c8 = xx * yy - xy * xy;
    plane[0] = (c0 * xq + c1 * yq + c2 * q) / determinant;
    plane[1] = (c1 * xq + c4 * yq + c5 * q) / determinant;
    plane[2] = (c2 * xq + c5 * yq + c8 * q) / determinant;
    return 1;
}

/// Whether the inverse depths in the 3×3 window around (x, y) stray from a plane by less than `residual` of their mean.
static int is_plane(const float *depth, int32_t width, int32_t height, int32_t x, int32_t y, float residual) {
    double dx[9], dy[9], inverse[9];
    double sxx = 0, sxy = 0, sx = 0, syy = 0, sy = 0, sxq = 0, syq = 0, sq = 0;
    int n = 0;
    // Two rows or columns fit any slope; all three must be there to tell a plane from a step.
    unsigned columns = 0, rows = 0;
    for (int32_t j = y > 0 ? -1 : 0; j <= (y + 1 < height ? 1 : 0); j++) {
        for (int32_t i = x > 0 ? -1 : 0; i <= (x + 1 < width ? 1 : 0); i++) {
            const float d = depth[(size_t)(y + j) * (size_t)width + (size_t)(x + i)];
            if (!(d > 0)) continue;
            const double q = 1.0 / d;
            sxx += i * i, sxy += i * j, sx += i, syy += j * j, sy += j, sxq += i * q, syq += j * q, sq += q;
            dx[n] = i, dy[n] = j, inverse[n] = q, n++;
            columns |= 1u << (i + 1), rows |= 1u << (j + 1);
        }
    }
    double plane[3];
    if (n < 5 || columns != 7 || rows != 7 || !solve_plane(sxx, sxy, sx, syy, sy, n, sxq, syq, sq, plane)) return 0;
    const double limit = residual * sq / n;
    for (int k = 0; k < n; k++) {
        if (!(fabs(plane[0] * dx[k] + plane[1] * dy[k] + plane[2] - inverse[k]) < limit)) return 0;
    }
    return 1;
}

FATHOM_KERNEL
void fathom_depth_edges(const float *depth, int32_t width, int32_t height, int32_t y, float ratio, float residual,
                        uint8_t *restrict edge) {
    const float *restrict row = depth + (size_t)y * (size_t)width;
    const float *restrict up = y > 0 ? row - width : row;
    const float *restrict down = y + 1 < height ? row + width : row;
    float low[258], high[258];
    for (int32_t start = 0; start < width; start += 256) {
        const int32_t n = width - start < 256 ? width - start : 256;
        // Extremes of each column of three; slot k holds column start + k - 1. NaN compares false and drops out.
        for (int32_t k = 0; k < n + 2; k++) {
            const int32_t column = start + k - 1;
            const int32_t x = column < 0 ? 0 : column >= width ? width - 1 : column;
            const float a = up[x], b = row[x], c = down[x];
            float l = INFINITY, h = 0;
            l = a < l ? a : l, l = b < l ? b : l, l = c < l ? c : l;
            h = a > h ? a : h, h = b > h ? b : h, h = c > h ? c : h;
            low[k] = l, high[k] = h;
        }
        for (int32_t k = 0; k < n; k++) {
            float l = low[k] < low[k + 1] ? low[k] : low[k + 1];
            float h = high[k] > high[k + 1] ? high[k] : high[k + 1];
            l = low[k + 2] < l ? low[k + 2] : l;
            h = high[k + 2] > h ? high[k + 2] : h;
            edge[start + k] = (row[start + k] > 0) & (h > ratio * l);
        }
        for (int32_t x = start; x < start + n; x++) {
            if (edge[x] && is_plane(depth, width, height, x, y, residual)) edge[x] = 0;
        }
    }
}

int fathom_inverse_depth_plane(const float *depth, int32_t width, int32_t height, int32_t x, int32_t y, int32_t radius,
                               float tolerance, float *plane) {
    const float own = depth[(size_t)y * (size_t)width + (size_t)x];
    const float margin = tolerance * own;
    const int32_t left = x - radius > 0 ? x - radius : 0, right = x + radius < width ? x + radius : width - 1;
    const int32_t top = y - radius > 0 ? y - radius : 0, bottom = y + radius < height ? y + radius : height - 1;
    double sxx = 0, sxy = 0, sx = 0, syy = 0, sy = 0, n = 0, sxq = 0, syq = 0, sq = 0;
    for (int32_t j = top; j <= bottom; j++) {
        for (int32_t i = left; i <= right; i++) {
            const float d = depth[(size_t)j * (size_t)width + (size_t)i];
            if (!(fabsf(d - own) <= margin)) continue;
            const double q = 1.0 / d, dx = i - x, dy = j - y;
            sxx += dx * dx, sxy += dx * dy, sx += dx, syy += dy * dy, sy += dy, n += 1;
            sxq += dx * q, syq += dy * q, sq += q;
        }
    }
    double solution[3];
    if (!solve_plane(sxx, sxy, sx, syy, sy, n, sxq, syq, sq, solution)) return 0;
    for (int k = 0; k < 3; k++) plane[k] = (float)solution[k];
    return 1;
}

void fathom_mark_pixels(const int32_t *pixels, const uint8_t *marked, int32_t count, uint32_t *bits) {
    for (int32_t i = 0; i < count; i++) {
        if (!marked[i] || pixels[i] < 0) continue;
        __atomic_fetch_or(&bits[pixels[i] >> 5], 1u << (pixels[i] & 31), __ATOMIC_RELAXED);
    }
}
