// zlib behind plain functions: whole-buffer deflate and inflate with explicit limits.
#ifndef CZLIB_H
#define CZLIB_H
#include <stddef.h>
#include <stdint.h>

/// Upper bound of the compressed size of `count` bytes (either container).
size_t fathom_deflate_bound(size_t count);

/// Compresses `source` at `level` (0–9). `raw` != 0 writes a bare deflate stream (zip), else a zlib stream (EXR, PNG).
/// Returns the number of bytes written to `target`, or 0 when `capacity` is too small.
size_t fathom_deflate(const uint8_t *source, size_t count, uint8_t *target, size_t capacity, int level, int raw);

/// Decompresses at most `capacity` bytes. Returns the number written, or -1 when the stream is damaged, truncated or
/// longer than `capacity`.
ptrdiff_t fathom_inflate(const uint8_t *source, size_t count, uint8_t *target, size_t capacity, int raw);

/// CRC-32 (zip, PNG) of `count` bytes continued from `crc` (start with 0).
uint32_t fathom_crc32(uint32_t crc, const uint8_t *source, size_t count);
#endif
