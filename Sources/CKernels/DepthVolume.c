#include "DepthVolume.h"

#include <string.h>

#include "KernelTargets.h"

#define INLINE static inline __attribute__((always_inline))

INLINE float smaller(float a, float b) { return a < b ? a : b; }
INLINE float larger(float a, float b) { return a > b ? a : b; }
INLINE float clamped(float v, float low, float high) { return smaller(larger(v, low), high); }

// MARK: Frame preparation

INLINE int measured(float z) { return z > 0 && z < 3e38f; }

/// Depth change per pixel from the neighbours before and after, one-sided where one of them is missing.
INLINE float slope(float z, float before, float after, int hasBefore, int hasAfter) {
    int b = hasBefore & measured(before), a = hasAfter & measured(after);
    float difference = (a ? after : z) - (b ? before : z);
    return a + b == 2 ? 0.5f * difference : difference;
}

/// Cosine between the surface and the ray: with P = z e, e = ((u - cx) / fx, (v - cy) / fy, 1), the normal is
/// (-fx z_u, -fy z_v, z + e_x fx z_u + e_y fy z_v) and its product with e is z.
INLINE uint32_t reliability(const fathom_volume_input *in, float z, float zu, float zv, float ex, float ey, float confidence) {
    float nx = in->fx * zu, ny = in->fy * zv, nz = z + ex * nx + ey * ny;
    float cosine = z / __builtin_elementwise_sqrt((nx * nx + ny * ny + nz * nz) * (ex * ex + ey * ey + 1));
    return (uint32_t)clamped(255 * confidence * cosine + 0.5f, 1, 255);
}

INLINE void preparePixel(const fathom_volume_input *in, const float *row, const float *up, const float *down, int hasUp, int hasDown,
                         int32_t x, int hasLeft, int hasRight, float ey, float *depth, uint32_t *reliable) {
    float z = row[x];
    float zu = slope(z, row[x - hasLeft], row[x + hasRight], hasLeft, hasRight);
    float zv = slope(z, up[x], down[x], hasUp, hasDown);
    float ex = ((float)x - in->cx) / in->fx;
    uint32_t r = reliability(in, z, zu, zv, ex, ey, 1);
    int good = measured(z) & (z * in->scale <= in->range);
    depth[x] = good ? z * in->scale : FATHOM_VOLUME_NO_DEPTH;
    reliable[x] = good ? r : 0;
}

FATHOM_KERNEL
void fathom_volume_prepare_row(const fathom_volume_input *in, int32_t y, float *depth, uint32_t *samples) {
    int32_t width = in->width;
    const float *row = in->depth + (size_t)y * width;
    int hasUp = y > 0, hasDown = y + 1 < in->height;
    const float *up = hasUp ? row - width : row, *down = hasDown ? row + width : row;
    depth += (size_t)y * width;
    samples += (size_t)y * width;
    float ey = ((float)y - in->cy) / in->fy;

    preparePixel(in, row, up, down, hasUp, hasDown, 0, 0, width > 1, ey, depth, samples);
#pragma clang loop vectorize(assume_safety)
    for (int32_t x = 1; x < width - 1; x++) preparePixel(in, row, up, down, hasUp, hasDown, x, 1, 1, ey, depth, samples);
    if (width > 1) preparePixel(in, row, up, down, hasUp, hasDown, width - 1, 1, 0, ey, depth, samples);

    if (in->confidence) {
        const float *confidence = in->confidence + (size_t)y * width;
        for (int32_t x = 0; x < width; x++) {
            float c = confidence[x];
            int good = (c > 0) & (samples[x] != 0);
            samples[x] = good ? (uint32_t)clamped((float)samples[x] * c + 0.5f, 1, 255) : 0;
            depth[x] = good ? depth[x] : FATHOM_VOLUME_NO_DEPTH;
        }
    }
    if (in->mask) {
        const uint8_t *mask = in->mask + (size_t)y * width;
        for (int32_t x = 0; x < width; x++) depth[x] = mask[x] ? depth[x] : FATHOM_VOLUME_NO_DEPTH;
    }
    if (in->color) {
        int32_t channels = in->colorChannels, green = channels >= 3, blue = 2 * green;
        const uint8_t *color = in->color + (size_t)y * width * channels;
        for (int32_t x = 0; x < width; x++) {
            const uint8_t *c = color + (size_t)x * channels;
            samples[x] = samples[x] << 24 | (uint32_t)c[blue] << 16 | (uint32_t)c[green] << 8 | c[0];
        }
    } else {
        for (int32_t x = 0; x < width; x++) samples[x] <<= 24;
    }
}

FATHOM_KERNEL
void fathom_volume_farthest(const float *depth, int32_t width, int32_t rows, float *farthest) {
    enum { SIDE = FATHOM_VOLUME_TILE };
    for (int32_t left = 0; left < width; left += SIDE) {
        float columns[SIDE] = {0};
        int32_t count = width - left < SIDE ? width - left : SIDE;
        for (int32_t y = 0; y < rows; y++) {
            const float *row = depth + (size_t)y * width + left;
            if (count == SIDE) {
                for (int32_t x = 0; x < SIDE; x++) columns[x] = larger(columns[x], row[x]);
            } else {
                for (int32_t x = 0; x < count; x++) columns[x] = larger(columns[x], row[x]);
            }
        }
        float most = 0;
        for (int32_t x = 0; x < SIDE; x++) most = larger(most, columns[x]);
        farthest[left / SIDE] = most;
    }
}

// MARK: Blocks along rays

enum { RECENT = 1024 };

/// Keys listed so far, with the last one listed per hash slot: neighbouring rays run through the same few blocks.
typedef struct {
    uint64_t recent[RECENT];
    uint64_t *keys;
    size_t count;
} KeyList;

INLINE void listBlock(const fathom_volume_rays *r, KeyList *list, int32_t x, int32_t y, int32_t z) {
    if (x < r->lower[0] || x > r->upper[0] || y < r->lower[1] || y > r->upper[1] || z < r->lower[2] || z > r->upper[2]) return;
    uint64_t key = fathom_volume_key(x, y, z);
    uint32_t slot = ((uint32_t)x * 73856093u ^ (uint32_t)y * 19349669u ^ (uint32_t)z * 83492791u) & (RECENT - 1);
    if (list->recent[slot] == key) return;
    list->recent[slot] = key;
    list->keys[list->count++] = key;
}

INLINE int32_t blockOf(int32_t base, float offset) { return base + (int32_t)__builtin_elementwise_floor(offset); }

FATHOM_KERNEL
size_t fathom_volume_touch(const fathom_volume_rays *r, int32_t firstRow, int32_t endRow, uint64_t *keys) {
    const float margin = r->margin / 8;
    KeyList list = {.keys = keys};
    memset(list.recent, 0xff, sizeof list.recent);
    for (int32_t y = firstRow; y < endRow; y += r->stride) {
        float ey = ((float)y - r->cy) / r->fy;
        for (int32_t x = 0; x < r->width; x += r->stride) {
            float z = r->depth[(size_t)y * r->width + x];
            if (z <= 0) continue;
            float ex = ((float)x - r->cx) / r->fx;
            float dx = r->rotation[0] * ex + r->rotation[1] * ey + r->rotation[2];
            float dy = r->rotation[3] * ex + r->rotation[4] * ey + r->rotation[5];
            float dz = r->rotation[6] * ex + r->rotation[7] * ey + r->rotation[8];
            float reach = r->truncation / __builtin_elementwise_sqrt(ex * ex + ey * ey + 1);
            float widest = larger(larger(__builtin_elementwise_abs(dx), __builtin_elementwise_abs(dy)), __builtin_elementwise_abs(dz));
            if (!(widest * (z + reach) < 2e6f)) continue;
            for (int32_t s = -r->steps; s <= r->steps; s++) {
                float t = z + reach * (float)s / (float)r->steps;
                if (t <= 0) continue;
                float px = r->originX + dx * t, py = r->originY + dy * t, pz = r->originZ + dz * t;
                if (s != 0) {
                    listBlock(r, &list, blockOf(r->baseX, px), blockOf(r->baseY, py), blockOf(r->baseZ, pz));
                    continue;
                }
                int32_t x0 = blockOf(r->baseX, px - margin), x1 = blockOf(r->baseX, px + margin);
                int32_t y0 = blockOf(r->baseY, py - margin), y1 = blockOf(r->baseY, py + margin);
                int32_t z0 = blockOf(r->baseZ, pz - margin), z1 = blockOf(r->baseZ, pz + margin);
                for (int32_t bz = z0; bz <= z1; bz++) {
                    for (int32_t by = y0; by <= y1; by++) {
                        for (int32_t bx = x0; bx <= x1; bx++) listBlock(r, &list, bx, by, bz);
                    }
                }
            }
        }
    }
    return list.count;
}

// MARK: Integration

FATHOM_KERNEL
void fathom_volume_integrate(const fathom_volume_frame *f, float baseX, float baseY, float baseZ, const fathom_volume_block *block,
                             int color) {
    const float *restrict offsetX = f->sliceOffsets, *restrict offsetY = offsetX + 64, *restrict offsetZ = offsetX + 128;
    const float *restrict depth = f->depth;
    const uint32_t *restrict samples = f->samples;
    const int32_t width = f->width;
    const float fx = f->fx, fy = f->fy, cx = f->cx, cy = f->cy;
    const float lastX = (float)(width - 1), lastY = (float)(f->height - 1);
    const float truncation = f->truncation, toCode = 32767.0f / truncation;
    const float weightScale = f->weightScale / 255, nearest = f->nearestDepth;

    for (int32_t slice = 0; slice < 8; slice++) {
        float bx = baseX + (float)slice * f->stepX, by = baseY + (float)slice * f->stepY, bz = baseZ + (float)slice * f->stepZ;
        _Alignas(64) float depths[64], stretch[64], alongX[64], alongY[64], target[64], gain[64], rate[64];
        _Alignas(64) int32_t corner[64], closest[64], visible[64];
        for (int32_t i = 0; i < 64; i++) {
            float z = bz + offsetZ[i], inverse = 1 / z;
            float ex = (bx + offsetX[i]) * inverse, ey = (by + offsetY[i]) * inverse;
            float u = fx * ex + cx, v = fy * ey + cy;
            visible[i] = (z >= 1) & (u >= -0.5f) & (v >= -0.5f) & (u < lastX + 0.5f) & (v < lastY + 0.5f);
            u = clamped(u, 0, lastX);
            v = clamped(v, 0, lastY);
            float column = smaller(__builtin_elementwise_floor(u), lastX - 1);
            float row = smaller(__builtin_elementwise_floor(v), lastY - 1);
            depths[i] = z;
            stretch[i] = __builtin_elementwise_sqrt(ex * ex + ey * ey + 1);
            alongX[i] = u - column;
            alongY[i] = v - row;
            corner[i] = (int32_t)row * width + (int32_t)column;
            closest[i] = corner[i] + (alongX[i] >= 0.5f) + (alongY[i] >= 0.5f ? width : 0);
        }
        // Plain loads of neighbouring pairs: several times faster than vector gathers.
        _Alignas(64) float top[128], bottom[128];
        _Alignas(64) uint32_t seen[64];
#pragma clang loop vectorize(disable) unroll_count(4)
        for (int32_t i = 0; i < 64; i++) {
            memcpy(top + 2 * i, depth + corner[i], 8);
            memcpy(bottom + 2 * i, depth + corner[i] + width, 8);
            seen[i] = samples[closest[i]];
        }
        int informed = 0;
        for (int32_t i = 0; i < 64; i++) {
            float z00 = top[2 * i], z10 = top[2 * i + 1], z01 = bottom[2 * i], z11 = bottom[2 * i + 1];
            float low = smaller(smaller(z00, z10), smaller(z01, z11)), high = larger(larger(z00, z10), larger(z01, z11));
            float a = alongX[i], b = alongY[i];
            float upper = z00 + a * (z10 - z00), lower = z01 + a * (z11 - z01);
            float nearUpper = a >= 0.5f ? z10 : z00, nearLower = a >= 0.5f ? z11 : z01;
            float interpolated = upper + b * (lower - upper), near = b >= 0.5f ? nearLower : nearUpper;
            float observed = high - low < truncation ? interpolated : near;
            float distance = (observed - depths[i]) * stretch[i];
            float capped = larger(observed, nearest);
            float weight = (float)(int32_t)(seen[i] >> 24) * weightScale / (capped * capped);
            weight *= distance > truncation ? 0.25f : 1.0f;
            int informative = visible[i] & (distance >= -truncation);
            target[i] = clamped(distance * toCode, -32767, 32767);
            gain[i] = informative ? larger(weight, 1) : 0;
            informed |= informative;
        }
        if (!informed) continue;

        int16_t *restrict d = block->distances + 64 * slice;
        uint16_t *restrict w = block->weights + 64 * slice;
        uint8_t *restrict n = block->counts + 64 * slice;
        for (int32_t i = 0; i < 64; i++) {
            float total = (float)w[i] + gain[i], old = (float)d[i];
            rate[i] = gain[i] / larger(total, 1);
            d[i] = (int16_t)((int32_t)(old + (target[i] - old) * rate[i] + 32768.5f) - 32768);
            w[i] = (uint16_t)(int32_t)(smaller(total, FATHOM_VOLUME_WEIGHT_LIMIT) + 0.5f);
            n[i] = (uint8_t)(n[i] + ((gain[i] > 0) & (n[i] < 255)));
        }
        if (!color || !block->colors) continue;
        for (int32_t i = 0; i < 64; i++) rate[i] = target[i] < 32767 ? rate[i] : 0;
        for (int32_t channel = 0; channel < 3; channel++) {
            uint16_t *restrict c = block->colors + 512 * channel + 64 * slice;
            int32_t shift = 8 * channel;
            for (int32_t i = 0; i < 64; i++) {
                float value = (float)(int32_t)(256 * (seen[i] >> shift & 255) + 1), old = (float)c[i];
                int first = (c[i] == 0) & (rate[i] > 0);
                float r = first ? 1 : rate[i];
                c[i] = (uint16_t)(int32_t)(old + (value - old) * r + 0.5f);
            }
        }
    }
}

// MARK: Extraction

FATHOM_KERNEL
void fathom_volume_bits(const fathom_volume_block *block, uint8_t minimumCount, uint8_t *inside, uint8_t *seen) {
    for (int32_t row = 0; row < 64; row++) {
        uint32_t i = 0, s = 0;
        for (int32_t x = 0; x < 8; x++) {
            i |= (uint32_t)(block->distances[8 * row + x] < 0) << x;
            s |= (uint32_t)(block->counts[8 * row + x] >= minimumCount) << x;
        }
        inside[row] = (uint8_t)i;
        seen[row] = (uint8_t)s;
    }
}
