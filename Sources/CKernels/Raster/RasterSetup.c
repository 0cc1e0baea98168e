#include "Raster/Rasterize.h"
#include "Corners.h"
#include <math.h>

/// Projected corners stay within this many pixels outside the image, so that edge functions fit 64 bits.
static const double GUARD = 16384;

typedef struct {
    double x, y, z;
} Point;

/// Signed distance of a point to clip plane 0…4 (near, left, right, top, bottom of the guard band); negative is outside.
static inline double clip_distance(const FathomRasterView *v, Point p, int plane) {
    switch (plane) {
    case 0: return p.z - v->near_plane;
    case 1: return v->fx * p.x + (v->cx + GUARD) * p.z;
    case 2: return (v->width + GUARD - v->cx) * p.z - v->fx * p.x;
    case 3: return v->fy * p.y + (v->cy + GUARD) * p.z;
    default: return (v->height + GUARD - v->cy) * p.z - v->fy * p.y;
    }
}

/// Sutherland–Hodgman against one plane. A crossing is always computed from the inside corner, so that two triangles
/// that share an edge cut it at the same point.
static int clip(const FathomRasterView *v, const Point *in, int count, int plane, Point *out) {
    int written = 0;
    for (int i = 0; i < count; i++) {
        const Point a = in[i], b = in[(i + 1) % count];
        const double da = clip_distance(v, a, plane), db = clip_distance(v, b, plane);
        if (da >= 0) out[written++] = a;
        if ((da >= 0) != (db >= 0)) {
            const Point p = da >= 0 ? a : b, q = da >= 0 ? b : a;
            const double dp = da >= 0 ? da : db, dq = da >= 0 ? db : da;
            const double t = dp / (dp - dq);
            out[written++] = (Point){p.x + t * (q.x - p.x), p.y + t * (q.y - p.y), p.z + t * (q.z - p.z)};
        }
    }
    return written;
}

size_t fathom_raster_setup(const double *camera_points, const uint32_t *triangles, size_t count, uint32_t first,
                           const FathomRasterView *view, FathomRasterTriangle *records) {
    const Point *points = (const Point *)camera_points;
    const FathomRasterView v = *view;
    size_t written = 0;
    for (size_t i = 0; i < count; i++) {
        Point corners[2][8];
        Point *polygon = corners[0];
        int sides = 3;
        int crossing = 0, hidden = 0;
        for (int k = 0; k < 3; k++) polygon[k] = points[triangles[4 * i + k]];
        const Point a = polygon[0], b = polygon[1], c = polygon[2];
        if (!isfinite(a.x + a.y + a.z + b.x + b.y + b.z + c.x + c.y + c.z)) continue;
        for (int plane = 0; plane < 5; plane++) {
            int outside = 0;
            for (int k = 0; k < 3; k++) outside += !(clip_distance(&v, polygon[k], plane) >= 0);
            crossing |= outside > 0;
            hidden |= outside == 3;
        }
        if (hidden) continue;
        if (crossing) {
            for (int plane = 0; plane < 5 && sides > 0; plane++) {
                Point *next = polygon == corners[0] ? corners[1] : corners[0];
                sides = clip(&v, polygon, sides, plane, next);
                polygon = next;
            }
            if (sides < 3) continue;
        }

        // The plane n·p = n·a gives 1/z = n·(ray of the pixel) / n·a: linear in the pixel, exact for any clipping.
        const Point ab = {b.x - a.x, b.y - a.y, b.z - a.z}, ac = {c.x - a.x, c.y - a.y, c.z - a.z};
        const Point n = {ab.y * ac.z - ab.z * ac.y, ab.z * ac.x - ab.x * ac.z, ab.x * ac.y - ab.y * ac.x};
        const double scale = 1 / (n.x * a.x + n.y * a.y + n.z * a.z);
        if (!isfinite(scale)) continue;
        FathomRasterTriangle record;
        record.triangle = first + (uint32_t)i;
        record.inverse_dx = n.x / v.fx * scale;
        record.inverse_dy = n.y / v.fy * scale;
        record.inverse_origin = n.z * scale + (0.5 - v.cx) * record.inverse_dx + (0.5 - v.cy) * record.inverse_dy;

        int32_t x[8], y[8];
        double nearest = polygon[0].z, farthest = polygon[0].z;
        for (int k = 0; k < sides; k++) {
            const double z = polygon[k].z;
            nearest = z < nearest ? z : nearest;
            farthest = z > farthest ? z : farthest;
            x[k] = (int32_t)lrint((v.fx * polygon[k].x / z + v.cx) * 256);
            y[k] = (int32_t)lrint((v.fy * polygon[k].y / z + v.cy) * 256);
        }
        record.inverse_min = (float)(1 / farthest);
        record.inverse_max = (float)(1 / nearest);
        for (int k = 1; k + 1 < sides; k++) {
            const int64_t area = (int64_t)(x[k] - x[0]) * (y[k + 1] - y[0]) - (int64_t)(x[k + 1] - x[0]) * (y[k] - y[0]);
            if (area == 0) continue;
            const int second = area > 0 ? k : k + 1, third = area > 0 ? k + 1 : k;
            record.x[0] = x[0], record.x[1] = x[second], record.x[2] = x[third];
            record.y[0] = y[0], record.y[1] = y[second], record.y[2] = y[third];
            int32_t top = (min3(record.y) + 127) >> 8, bottom = (max3(record.y) - 128) >> 8;
            int32_t left = (min3(record.x) + 127) >> 8, right = (max3(record.x) - 128) >> 8;
            top = top < 0 ? 0 : top;
            left = left < 0 ? 0 : left;
            bottom = bottom >= v.height ? v.height - 1 : bottom;
            right = right >= v.width ? v.width - 1 : right;
            if (top > bottom || left > right) continue;
            record.first_row = (uint16_t)top;
            record.last_row = (uint16_t)bottom;
            records[written++] = record;
        }
    }
    return written;
}
