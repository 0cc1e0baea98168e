// Least-squares planes through inverse depths.
#ifndef PLANEFIT_H
#define PLANEFIT_H

/// Solves the symmetric 3×3 normal equations of a plane fit; 0 when the points do not span a plane.
static inline int solve_plane(double xx, double xy, double x, double yy, double y, double n, double xq, double yq, double q,
                       double *plane) {
#pragma clang fp contract(off)
    const double c0 = yy * n - y * y, c1 = x * y - xy * n, c2 = xy * y - x * yy;
    const double determinant = xx * c0 + xy * c1 + x * c2;
    if (!(determinant > 1e-6)) return 0;
    const double c4 = xx * n - x * x, c5 = xy * x - xx * y, c8 = xx * yy - xy * xy;
    plane[0] = (c0 * xq + c1 * yq + c2 * q) / determinant;
    plane[1] = (c1 * xq + c4 * yq + c5 * q) / determinant;
    plane[2] = (c2 * xq + c5 * yq + c8 * q) / determinant;
    return 1;
}

#endif
