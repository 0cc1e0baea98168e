// Byte order of compressed OpenEXR blocks: samples split into even and odd bytes, each byte stored as a difference.
#ifndef EXRBLOCK_H
#define EXRBLOCK_H
#include <stddef.h>
#include <stdint.h>

/// Samples to differences: even bytes, then odd bytes, then each minus its predecessor plus 128. `out` has `count` bytes.
void fathom_exr_predict(const uint8_t *samples, size_t count, uint8_t *out);

/// The inverse of `fathom_exr_predict`; overwrites `differences`.
void fathom_exr_unpredict(uint8_t *differences, size_t count, uint8_t *samples);

/// Expands run lengths (a count byte n ≥ 0 repeats the next byte n + 1 times, n < 0 copies −n bytes) to exactly `capacity`
/// bytes; returns 0 when the runs are damaged or of another length.
int fathom_exr_expand_runs(const uint8_t *runs, size_t count, uint8_t *out, size_t capacity);
#endif
