// libpng behind plain functions: memory in, memory out, status codes. No longjmp ever leaves this library.
#ifndef CPNG_H
#define CPNG_H
#include <stddef.h>
#include <stdint.h>

enum {
    FATHOM_PNG_OK = 0,
    /// The stream ends too early.
    FATHOM_PNG_TRUNCATED = 1,
    /// Anything else that libpng refuses; the message says what.
    FATHOM_PNG_INVALID = 2,
    FATHOM_PNG_NO_MEMORY = 3,
};

/// Why and where a call failed.
typedef struct {
    /// Bytes of input consumed, or 0 when encoding.
    size_t position;
    char message[200];
} fathom_png_failure;

typedef struct fathom_png_reader fathom_png_reader;

/// What the samples will look like after decoding.
typedef struct {
    uint32_t width, height;
    /// 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha; palettes are expanded, transparent colours become alpha.
    int channels;
    /// Bytes per sample: 1 (files of 1–8 bits, scaled to 0…255) or 2 (native byte order).
    int sample_bytes;
    /// Bytes of one row as stored, before compression and without the filter byte.
    size_t stored_row_bytes;
} fathom_png_header;

/// A key and a value of a text chunk; `utf8` is 0 where the bytes are Latin-1.
typedef struct {
    const char *key;
    const char *value;
    size_t value_count;
    int utf8;
} fathom_png_text;

/// Reads everything before the first sample; takes little memory, whatever size the header claims. `bytes` must stay valid
/// until `fathom_png_close`. On failure `*reader` is NULL.
int fathom_png_open(
    const uint8_t *bytes, size_t count, fathom_png_reader **reader, fathom_png_header *header, fathom_png_failure *failure);

/// Decodes all rows into `target` (`height` rows of `width * channels * sample_bytes` bytes, no padding) and reads the
/// chunks behind them. Call once.
int fathom_png_read(fathom_png_reader *reader, uint8_t *target, fathom_png_failure *failure);

/// Text chunk `index` in file order; 0 past the last one. Complete after `fathom_png_read`.
int fathom_png_get_text(const fathom_png_reader *reader, int index, fathom_png_text *text);

/// The EXIF block (a TIFF header and directories), or NULL. Complete after `fathom_png_read`.
const uint8_t *fathom_png_exif(const fathom_png_reader *reader, size_t *count);

void fathom_png_close(fathom_png_reader *reader);

/// Encodes rows of `width * channels * sample_bytes` bytes (2-byte samples in native order). `texts` may be NULL.
/// On success the caller frees `*output` with `fathom_png_free`.
int fathom_png_encode(
    const uint8_t *samples, uint32_t width, uint32_t height, int channels, int sample_bytes, const fathom_png_text *texts,
    int text_count, uint8_t **output, size_t *output_count, fathom_png_failure *failure);

void fathom_png_free(uint8_t *output);
#endif
