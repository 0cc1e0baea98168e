// Body of PatchCost.c, included once per instruction set. Sixteen neighbouring pixels of a row share a vector.

#define INLINE static inline __attribute__((always_inline))

#ifndef PATCHCOST_TYPES
#define PATCHCOST_TYPES
enum { LANES = 16, TAPS = 25 };
typedef float vf __attribute__((ext_vector_type(16)));
typedef float vf_unaligned __attribute__((ext_vector_type(16), aligned(4)));
typedef int32_t vi __attribute__((ext_vector_type(16)));
typedef uint32_t vu __attribute__((ext_vector_type(16)));
typedef uint8_t vb_unaligned __attribute__((ext_vector_type(16), aligned(1)));

static const float OUTSIDE = 4.0f;
static const float COST_CAP = 1.2f;
static const float MISSING_SOURCE = 0.05f;
#endif

INLINE vf VARIANT(load)(const float *p) { return *(const vf_unaligned *)p; }
INLINE void VARIANT(store)(float *p, vf v) { *(vf_unaligned *)p = v; }
INLINE vf VARIANT(min)(vf a, vf b) { return __builtin_elementwise_min(a, b); }
INLINE vf VARIANT(max)(vf a, vf b) { return __builtin_elementwise_max(a, b); }
INLINE vf VARIANT(abs)(vf a) { return __builtin_elementwise_abs(a); }

#define load VARIANT(load)
#define store VARIANT(store)
#define vmin VARIANT(min)
#define vmax VARIANT(max)
#define vabs VARIANT(abs)

INLINE vu VARIANT(gather)(const uint32_t *base, vi index) {
#if defined(GATHER_V4)
    return (vu)_mm512_i32gather_epi32((__m512i)index, (const int *)base, 4);
#elif defined(GATHER_V3)
    __m256i low = _mm256_i32gather_epi32((const int *)base, (__m256i)index.lo, 4);
    __m256i high = _mm256_i32gather_epi32((const int *)base, (__m256i)index.hi, 4);
    vu result;
    result.lo = (__attribute__((ext_vector_type(8))) uint32_t)low;
    result.hi = (__attribute__((ext_vector_type(8))) uint32_t)high;
    return result;
#else
    vu result;
    for (int lane = 0; lane < LANES; lane++) result[lane] = base[index[lane]];
    return result;
#endif
}

/// e^-x for x >= 0, relative error below 2e-4: 2^-(i + f) with a cubic in f.
INLINE vf VARIANT(decay)(vf x) {
    vf t = vmin(x * 1.44269504f, (vf)(60.0f));
    vi whole = __builtin_convertvector(t, vi);
    vf f = t - __builtin_convertvector(whole, vf);
    vf p = 1.0f + f * (-0.6930295f + f * (0.2390815f + f * -0.0460446f));
    return p * (vf)((127 - whole) << 23);
}

/// Bilinear value of a packed source at (u, v) in texel coordinates offset by the margin (always >= 0).
INLINE vf VARIANT(sample)(const uint32_t *texels, vi stride, vf u, vf v) {
    vi x = __builtin_convertvector(u, vi);
    vi y = __builtin_convertvector(v, vi);
    vf fx = u - __builtin_convertvector(x, vf);
    vf fy = v - __builtin_convertvector(y, vf);
    vu t = VARIANT(gather)(texels, y * stride + x);
    vf a = __builtin_convertvector((vi)(t & 0xff), vf);
    vf b = __builtin_convertvector((vi)((t >> 8) & 0xff), vf);
    vf c = __builtin_convertvector((vi)((t >> 16) & 0xff), vf);
    vf d = __builtin_convertvector((vi)(t >> 24), vf);
    vf top = a + fx * (b - a);
    vf bottom = c + fx * (d - c);
    return top + fy * (bottom - top);
}

static const uint32_t *VARIANT(origin)(const FathomPatchSource *s) {
    return s->texels - (ptrdiff_t)FATHOM_SEARCH_MARGIN * s->stride - FATHOM_SEARCH_MARGIN;
}

/// The reference window of 16 pixels: normalised weights, weights times values, mean and variance.
typedef struct {
    vf weight[TAPS], weighted[TAPS];
    vf mean, variance;
} VARIANT(Window);

INLINE void VARIANT(window)(const FathomPatchProblem *p, int32_t x, int32_t y, VARIANT(Window) * w) {
    const float *center = p->reference + (ptrdiff_t)y * p->stride + x;
    const float radius = 2.0f * p->tap_spacing;
    const float spatial = p->tap_spacing / (radius * radius + 1);
    vf middle = load(center);
    vf total = 0, sum = 0, squares = 0;
    for (int k = 0; k < TAPS; k++) {
        int dx = k % 5 - 2, dy = k / 5 - 2;
        vf value = load(center + (ptrdiff_t)dy * p->tap_spacing * p->stride + dx * p->tap_spacing);
        float distance = __builtin_sqrtf((float)(dx * dx + dy * dy));
        vf weight = VARIANT(decay)(spatial * distance + vabs(value - middle) * (1.0f / 24));
        w->weight[k] = weight;
        w->weighted[k] = weight * value;
        total += weight;
        sum += w->weighted[k];
        squares += w->weighted[k] * value;
    }
    vf scale = 1 / total;
    for (int k = 0; k < TAPS; k++) {
        w->weight[k] *= scale;
        w->weighted[k] *= scale;
    }
    w->mean = sum * scale;
    w->variance = vmax(squares * scale - w->mean * w->mean, (vf)(0.0f));
}

/// 1 - ZNCC with a variance floor, from the weighted moments of both windows.
INLINE vf VARIANT(dissimilarity)(vf mean, vf variance, vf s1, vf s2, vf s12, float floor) {
    vf covariance = s12 - mean * s1;
    vf source_variance = vmax(s2 - s1 * s1, (vf)(0.0f));
    vf scale = (variance + floor) * (source_variance + floor);
    return 1 - (covariance + floor) / __builtin_elementwise_sqrt(scale);
}

/// Keeps the `best` smallest costs seen so far, sorted.
INLINE void VARIANT(insert)(vf *smallest, int best, vf cost) {
    for (int k = 0; k < best; k++) {
        vf low = vmin(smallest[k], cost);
        cost = vmax(smallest[k], cost);
        smallest[k] = low;
    }
}

/// Mean of the kept costs, with a penalty per missing source.
INLINE vf VARIANT(aggregate)(const vf *smallest, int best, float cap) {
    vf sum = 0, count = 0;
    for (int k = 0; k < best; k++) {
        vi seen = smallest[k] < 3.0f;
        sum += seen ? smallest[k] : (vf)(0.0f);
        count += seen ? (vf)(1.0f) : (vf)(0.0f);
    }
    vf mean = sum / vmax(count, (vf)(1.0f)) + MISSING_SOURCE * (best - count);
    return count > 0.0f ? vmin(mean, (vf)(cap)) : (vf)(cap);
}

/// Distance in reference pixels between (px, py) and the point that the source's own depth puts at (u, v), at most `cap`.
/// (u, v) are texel coordinates offset by the margin.
INLINE vf VARIANT(reprojection_error)(const FathomPatchSource *s, vf px, vf py, vf u, vf v, float cap) {
    const float *h = s->back_homography, *e = s->back_epipole;
    const float *rho = s->rho - (ptrdiff_t)FATHOM_SEARCH_MARGIN * s->stride - FATHOM_SEARCH_MARGIN;
    vi x = __builtin_convertvector(u + 0.5f, vi), y = __builtin_convertvector(v + 0.5f, vi);
    vf known = (vf)VARIANT(gather)((const uint32_t *)rho, y * s->stride + x);
    vf qu = u - (FATHOM_SEARCH_MARGIN - 0.5f), qv = v - (FATHOM_SEARCH_MARGIN - 0.5f);
    vf z = h[6] * qu + (h[7] * qv + (h[8] + known * e[2]));
    vf inverse = 1 / z;
    vf dx = (h[0] * qu + (h[1] * qv + (h[2] + known * e[0]))) * inverse - px;
    vf dy = (h[3] * qu + (h[4] * qv + (h[5] + known * e[1]))) * inverse - py;
    vf error = __builtin_elementwise_sqrt(dx * dx + dy * dy);
    return error < cap ? error : (vf)(cap);
}

/// Cost of one plane per lane against one source; `OUTSIDE` where the window leaves the image or the camera.
INLINE vf VARIANT(source_cost)(
    const FathomPatchProblem *p, const FathomPatchSource *s, const VARIANT(Window) * w, vf px, vf py, vf rho, vf slope_x,
    vf slope_y) {
    const float *h = s->homography, *e = s->epipole;
    vf qx = h[0] * px + (h[1] * py + (h[2] + rho * e[0]));
    vf qy = h[3] * px + (h[4] * py + (h[5] + rho * e[1]));
    vf qz = h[6] * px + (h[7] * py + (h[8] + rho * e[2]));
    vi ahead = qz > 1e-6f;
    vf inverse = 1 / (ahead ? qz : (vf)(1.0f));
    vf u = qx * inverse, v = qy * inverse;
    vf spacing = inverse * (float)p->tap_spacing;
    vf zx = h[6] + slope_x * e[2], zy = h[7] + slope_y * e[2];
    vf ux = (h[0] + slope_x * e[0] - u * zx) * spacing, vx = (h[3] + slope_x * e[1] - v * zx) * spacing;
    vf uy = (h[1] + slope_y * e[0] - u * zy) * spacing, vy = (h[4] + slope_y * e[1] - v * zy) * spacing;
    vf extent = 2 * vmax(vabs(ux) + vabs(uy), vabs(vx) + vabs(vy));
    vi inside = ahead & (u >= 0.0f) & (v >= 0.0f) & (u <= (float)s->width) & (v <= (float)s->height) &
                (extent < (float)(FATHOM_SEARCH_MARGIN - 2));
    const vf zero = 0;
    const float shift = FATHOM_SEARCH_MARGIN - 0.5f;
    u = inside ? u + shift : (vf)(shift);
    v = inside ? v + shift : (vf)(shift);
    ux = inside ? ux : zero;
    uy = inside ? uy : zero;
    vx = inside ? vx : zero;
    vy = inside ? vy : zero;
    const uint32_t *texels = VARIANT(origin)(s);
    const vi stride = s->stride;
    vf s1 = 0, s2 = 0, s12 = 0;
    vf row_u = u - 2 * (ux + uy), row_v = v - 2 * (vx + vy);
    for (int ty = 0; ty < 5; ty++) {
        vf tap_u = row_u, tap_v = row_v;
        for (int tx = 0; tx < 5; tx++) {
            int k = ty * 5 + tx;
            vf value = VARIANT(sample)(texels, stride, tap_u, tap_v);
            vf weighted = w->weight[k] * value;
            s1 += weighted;
            s2 += weighted * value;
            s12 += w->weighted[k] * value;
            tap_u += ux;
            tap_v += vx;
        }
        row_u += uy;
        row_v += vy;
    }
    vf cost = VARIANT(dissimilarity)(w->mean, w->variance, s1, s2, s12, p->noise_variance);
    if (s->rho) cost += p->geometric_weight * VARIANT(reprojection_error)(s, px, py, u, v, p->geometric_cap);
    return inside ? cost : (vf)(OUTSIDE);
}

/// Aggregated cost over all sources of one plane per lane.
static __attribute__((noinline)) vf VARIANT(plane_cost)(
    const FathomPatchProblem *p, const VARIANT(Window) * w, vf px, vf py, vf rho, vf slope_x, vf slope_y) {
    vf smallest[FATHOM_SEARCH_SOURCES];
    const int best = p->best_sources;
    for (int k = 0; k < best; k++) smallest[k] = OUTSIDE;
    for (int i = 0; i < p->source_count; i++) {
        VARIANT(insert)(smallest, best, VARIANT(source_cost)(p, &p->sources[i], w, px, py, rho, slope_x, slope_y));
    }
    return VARIANT(aggregate)(smallest, best, COST_CAP + p->geometric_weight * p->geometric_cap);
}

INLINE vf VARIANT(columns)(int32_t x) {
    const vf lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return lanes + ((float)x + 0.5f);
}

static void VARIANT(pack_texels)(
    const float *grey, int32_t width, int32_t stride, int32_t row_begin, int32_t row_end, uint32_t *texels) {
    const int32_t begin = -FATHOM_SEARCH_MARGIN, end = width + FATHOM_SEARCH_MARGIN - 1;
    for (int32_t y = row_begin; y < row_end; y++) {
        const float *top = grey + (ptrdiff_t)y * stride, *bottom = top + stride;
        uint32_t *out = texels + (ptrdiff_t)y * stride;
        for (int32_t x = begin; x < end; x++) {
            uint32_t a = (uint32_t)(top[x] + 0.5f), b = (uint32_t)(top[x + 1] + 0.5f);
            uint32_t c = (uint32_t)(bottom[x] + 0.5f), d = (uint32_t)(bottom[x + 1] + 0.5f);
            out[x] = a | b << 8 | c << 16 | d << 24;
        }
        out[end] = out[end - 1];
    }
}

static void VARIANT(patch_cost_row)(
    const FathomPatchProblem *p, int32_t y, const float *rho, const float *slope_x, const float *slope_y, float *cost) {
    for (int32_t x = 0; x < p->width; x += LANES) {
        VARIANT(Window) w;
        VARIANT(window)(p, x, y, &w);
        store(cost + x, VARIANT(plane_cost)(
                            p, &w, VARIANT(columns)(x), (vf)(y + 0.5f), load(rho + x), load(slope_x + x), load(slope_y + x)));
    }
}

/// The hypotheses of 16 pixels.
typedef struct {
    vf rho[FATHOM_SEARCH_HYPOTHESES], slope_x[FATHOM_SEARCH_HYPOTHESES], slope_y[FATHOM_SEARCH_HYPOTHESES];
    vf cost[FATHOM_SEARCH_HYPOTHESES];
    int count;
} VARIANT(Hypotheses);

INLINE void VARIANT(propose)(VARIANT(Hypotheses) * list, const FathomSearchStep *step, vf rho, vf slope_x, vf slope_y) {
    int i = list->count++;
    list->rho[i] = vmin(vmax(rho, (vf)(step->rho_min)), (vf)(step->rho_max));
    list->slope_x[i] = slope_x;
    list->slope_y[i] = slope_y;
}

/// Along one arm, the cheapest of the pixels at distances 1, 2, 3, 5, 7, 11, its plane extended to the pixel at hand.
INLINE void VARIANT(arm)(
    VARIANT(Hypotheses) * list, const FathomSearchStep *step, const FathomPlaneField *f, ptrdiff_t at, ptrdiff_t stride, int dx,
    int dy) {
    static const int distances[6] = {1, 2, 3, 5, 7, 11};
    vf best = (vf)(1e9f), rho = 0, slope_x = 0, slope_y = 0;
    for (int i = 0; i < 6; i++) {
        int d = distances[i];
        ptrdiff_t from = at + (ptrdiff_t)(dy * d) * stride + dx * d;
        vf cost = load(f->cost + from);
        vi better = cost < best;
        vf a = load(f->slope_x + from), b = load(f->slope_y + from);
        vf r = load(f->rho + from) - (float)(dx * d) * a - (float)(dy * d) * b;
        best = better ? cost : best;
        rho = better ? r : rho;
        slope_x = better ? a : slope_x;
        slope_y = better ? b : slope_y;
    }
    VARIANT(propose)(list, step, rho, slope_x, slope_y);
}

/// Weighted least-squares plane of the 5x5 neighbourhood (spacing 1), weights from grey similarity and stored cost.
INLINE void VARIANT(fitted)(
    const FathomPatchProblem *p, const FathomPlaneField *f, ptrdiff_t at, float saturation, vf *rho, vf *slope_x, vf *slope_y) {
    const float *center = p->reference + at;
    vf middle = load(center), here = load(f->rho + at);
    vf n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0, syy = 0, sr = 0, sxr = 0, syr = 0;
    for (int dy = -2; dy <= 2; dy++) {
        for (int dx = -2; dx <= 2; dx++) {
            ptrdiff_t to = (ptrdiff_t)dy * p->stride + dx;
            vf r = load(f->rho + at + to) - here;
            vf w = VARIANT(decay)(vabs(load(center + to) - middle) * (1.0f / 12)) * vmax(1.25f - load(f->cost + at + to), (vf)(0.01f));
            w = vabs(r) < saturation ? w : (vf)(0.0f);
            n += w;
            sx += w * dx;
            sy += w * dy;
            sxx += w * (dx * dx);
            sxy += w * (dx * dy);
            syy += w * (dy * dy);
            sr += w * r;
            sxr += w * r * dx;
            syr += w * r * dy;
        }
    }
    vf scale = 1 / n;
    vf mx = sx * scale, my = sy * scale, mr = sr * scale;
    vf cxx = sxx * scale - mx * mx + 1e-2f, cyy = syy * scale - my * my + 1e-2f, cxy = sxy * scale - mx * my;
    vf cxr = sxr * scale - mx * mr, cyr = syr * scale - my * mr;
    vf d = 1 / (cxx * cyy - cxy * cxy);
    vf a = (cxr * cyy - cyr * cxy) * d, b = (cyr * cxx - cxr * cxy) * d;
    *slope_x = a;
    *slope_y = b;
    *rho = here + mr - a * mx - b * my;
}

static void VARIANT(search_row)(
    const FathomPatchProblem *p, const FathomSearchStep *step, int32_t y, const FathomPlaneField *f, const FathomPlaneField *to) {
    const ptrdiff_t stride = p->stride;
    for (int32_t x = 0; x < p->width; x += LANES) {
        const ptrdiff_t at = (ptrdiff_t)y * stride + x;
        VARIANT(Hypotheses) list;
        list.count = 0;
        vf rho = load(f->rho + at), slope_x = load(f->slope_x + at), slope_y = load(f->slope_y + at);
        VARIANT(propose)(&list, step, rho, slope_x, slope_y);
        for (int i = -3; i <= 3; i += 2) VARIANT(propose)(&list, step, rho + 0.5f * i * step->step, slope_x, slope_y);
        VARIANT(arm)(&list, step, f, at, stride, 1, 0);
        VARIANT(arm)(&list, step, f, at, stride, -1, 0);
        VARIANT(arm)(&list, step, f, at, stride, 0, 1);
        VARIANT(arm)(&list, step, f, at, stride, 0, -1);
        vf fit_rho, fit_x, fit_y;
        VARIANT(fitted)(p, f, at, 6 * step->step, &fit_rho, &fit_x, &fit_y);
        VARIANT(propose)(&list, step, fit_rho, fit_x, fit_y);
        for (int i = 0; i < FATHOM_SEARCH_EXTRAS; i++) {
            if (!step->extra_rho[i]) continue;
            vf extra = load(step->extra_rho[i] + at);
            vi known = extra == extra;
            VARIANT(propose)(&list, step, known ? extra : rho, slope_x, slope_y);
        }

        VARIANT(Window) w;
        VARIANT(window)(p, x, y, &w);
        const vf px = VARIANT(columns)(x), py = y + 0.5f;
        for (int i = 0; i < list.count; i++) {
            list.cost[i] = VARIANT(plane_cost)(p, &w, px, py, list.rho[i], list.slope_x[i], list.slope_y[i]);
        }

        vf neighbour[8], similarity[8];
        vf middle = load(p->reference + at);
        vf trust = step->smoothness * (1 + step->flat_gain * VARIANT(decay)(w.variance * (1 / step->flat_variance)));
        for (int i = 0; i < 8; i++) {
            int d = i < 4 ? 1 : 3, dx = (i & 3) == 0 ? d : (i & 3) == 1 ? -d : 0, dy = (i & 3) == 2 ? d : (i & 3) == 3 ? -d : 0;
            ptrdiff_t from = at + dy * stride + dx;
            neighbour[i] = load(f->rho + from) - (float)dx * load(f->slope_x + from) - (float)dy * load(f->slope_y + from);
            similarity[i] = trust * VARIANT(decay)(vabs(load(p->reference + from) - middle) * (1.0f / 15));
        }
        const float saturation = 1 / step->smoothness_scale;
        vf best = (vf)(1e9f), best_rho = rho, best_x = slope_x, best_y = slope_y, best_cost = 0;
        for (int i = 0; i < list.count; i++) {
            vf total = list.cost[i];
            for (int n = 0; n < 8; n++) {
                total += similarity[n] * vmin(vabs(list.rho[i] - neighbour[n]) * saturation, (vf)(1.0f));
            }
            vi better = total < best;
            best = better ? total : best;
            best_rho = better ? list.rho[i] : best_rho;
            best_x = better ? list.slope_x[i] : best_x;
            best_y = better ? list.slope_y[i] : best_y;
            best_cost = better ? list.cost[i] : best_cost;
        }
        store(to->rho + at, best_rho);
        store(to->slope_x + at, best_x);
        store(to->slope_y + at, best_y);
        store(to->cost + at, best_cost);
    }
}

static void VARIANT(fit_slopes_row)(
    const FathomPatchProblem *p, float saturation, int32_t y, const FathomPlaneField *f) {
    for (int32_t x = 0; x < p->width; x += LANES) {
        const ptrdiff_t at = (ptrdiff_t)y * p->stride + x;
        vf rho, slope_x, slope_y;
        VARIANT(fitted)(p, f, at, saturation, &rho, &slope_x, &slope_y);
        store(f->slope_x + at, slope_x);
        store(f->slope_y + at, slope_y);
    }
}

static void VARIANT(subbin_row)(
    const FathomPatchProblem *p, float step, int32_t y, const FathomPlaneField *f, float *rho_out) {
    for (int32_t x = 0; x < p->width; x += LANES) {
        const ptrdiff_t at = (ptrdiff_t)y * p->stride + x;
        VARIANT(Window) w;
        VARIANT(window)(p, x, y, &w);
        const vf px = VARIANT(columns)(x), py = y + 0.5f;
        vf rho = load(f->rho + at), a = load(f->slope_x + at), b = load(f->slope_y + at);
        vf low = VARIANT(plane_cost)(p, &w, px, py, rho - step, a, b);
        vf middle = VARIANT(plane_cost)(p, &w, px, py, rho, a, b);
        vf high = VARIANT(plane_cost)(p, &w, px, py, rho + step, a, b);
        vf curvature = low - 2 * middle + high;
        vi bent = curvature > 1e-4f;
        vf shift = 0.5f * (low - high) / (bent ? curvature : (vf)(1.0f));
        shift = bent ? vmin(vmax(shift, (vf)(-1.0f)), (vf)(1.0f)) : (vf)(0.0f);
        store(rho_out + at, rho + shift * step);
    }
}

static void VARIANT(window_weights_row)(
    const FathomPatchProblem *p, int32_t y, float *weights, size_t tap_stride, float *mean, float *variance) {
    for (int32_t x = 0; x < p->width; x += LANES) {
        VARIANT(Window) w;
        VARIANT(window)(p, x, y, &w);
        for (int k = 0; k < TAPS; k++) store(weights + k * tap_stride + x, w.weight[k]);
        store(mean + x, w.mean);
        store(variance + x, w.variance);
    }
}

static void VARIANT(warp_row)(const FathomPatchProblem *p, int32_t source, float rho, int32_t y, float *warped) {
    const FathomPatchSource *s = &p->sources[source];
    const float *h = s->homography, *e = s->epipole;
    const int32_t radius = 2 * p->tap_spacing;
    const uint32_t *texels = VARIANT(origin)(s);
    const vf right = (float)(s->width + FATHOM_SEARCH_MARGIN - 1), bottom = (float)(s->height + FATHOM_SEARCH_MARGIN - 1);
    const vf left = (float)(FATHOM_SEARCH_MARGIN - 1);
    const vf py = y + 0.5f;
    for (int32_t x = -radius; x < p->width + radius; x += LANES) {
        vf px = VARIANT(columns)(x);
        vf qx = h[0] * px + (h[1] * py + (h[2] + rho * e[0]));
        vf qy = h[3] * px + (h[4] * py + (h[5] + rho * e[1]));
        vf qz = h[6] * px + (h[7] * py + (h[8] + rho * e[2]));
        vf inverse = 1 / (qz > 1e-6f ? qz : (vf)(1e9f));
        vf u = vmin(vmax(qx * inverse + (FATHOM_SEARCH_MARGIN - 0.5f), left), right);
        vf v = vmin(vmax(qy * inverse + (FATHOM_SEARCH_MARGIN - 0.5f), left), bottom);
        store(warped + (ptrdiff_t)y * p->stride + x, VARIANT(sample)(texels, (vi)(s->stride), u, v));
    }
}

/// Costs of 16 pixels for `count` sources at once, so that they share the loads of the reference window.
INLINE void VARIANT(sweep_costs)(
    const FathomPatchProblem *p, float rho, vf px, vf py, ptrdiff_t at, const float *const *warped, const float *weights,
    size_t tap_stride, vf mean, vf variance, int first, int count, vf *smallest) {
    vf s1[4], s2[4], s12[4];
    for (int i = 0; i < count; i++) s1[i] = s2[i] = s12[i] = 0;
    for (int k = 0; k < TAPS; k++) {
        ptrdiff_t tap = at + (ptrdiff_t)(k / 5 - 2) * p->tap_spacing * p->stride + (k % 5 - 2) * p->tap_spacing;
        vf weight = load(weights + k * tap_stride), reference = load(p->reference + tap);
        for (int i = 0; i < count; i++) {
            vf value = load(warped[first + i] + tap);
            vf weighted = weight * value;
            s1[i] += weighted;
            s2[i] += weighted * value;
            s12[i] += weighted * reference;
        }
    }
    for (int i = 0; i < count; i++) {
        const FathomPatchSource *s = &p->sources[first + i];
        const float *h = s->homography, *e = s->epipole;
        vf qx = h[0] * px + (h[1] * py + (h[2] + rho * e[0]));
        vf qy = h[3] * px + (h[4] * py + (h[5] + rho * e[1]));
        vf qz = h[6] * px + (h[7] * py + (h[8] + rho * e[2]));
        vi inside = (qz > 1e-6f) & (qx >= 0.0f) & (qy >= 0.0f) & (qx <= qz * (float)s->width) & (qy <= qz * (float)s->height);
        vf c = VARIANT(dissimilarity)(mean, variance, s1[i], s2[i], s12[i], p->noise_variance);
        VARIANT(insert)(smallest, p->best_sources, inside ? c : (vf)(OUTSIDE));
    }
}

static void VARIANT(sweep_cost_row)(
    const FathomPatchProblem *p, float rho, int32_t y, const float *const *warped, const float *weights, size_t tap_stride,
    const float *mean, const float *variance, uint8_t *cost) {
    const int best = p->best_sources, sources = p->source_count;
    const vf py = y + 0.5f;
    for (int32_t x = 0; x < p->width; x += LANES) {
        vf smallest[FATHOM_SEARCH_SOURCES];
        for (int k = 0; k < best; k++) smallest[k] = OUTSIDE;
        const vf px = VARIANT(columns)(x), m = load(mean + x), v = load(variance + x);
        const ptrdiff_t at = (ptrdiff_t)y * p->stride + x;
        int first = 0;
        for (; first + 4 <= sources; first += 4) {
            VARIANT(sweep_costs)(p, rho, px, py, at, warped, weights + x, tap_stride, m, v, first, 4, smallest);
        }
        for (; first + 2 <= sources; first += 2) {
            VARIANT(sweep_costs)(p, rho, px, py, at, warped, weights + x, tap_stride, m, v, first, 2, smallest);
        }
        if (first < sources) {
            VARIANT(sweep_costs)(p, rho, px, py, at, warped, weights + x, tap_stride, m, v, first, 1, smallest);
        }
        vf total = VARIANT(aggregate)(smallest, best, COST_CAP);
        vi quantised = __builtin_convertvector(vmax(total, (vf)(0.0f)) * 160.0f + 0.5f, vi);
        *(vb_unaligned *)(cost + x) = __builtin_convertvector(quantised, vb_unaligned);
    }
}

#undef load
#undef store
#undef vmin
#undef vmax
#undef vabs
#undef INLINE
