// libjpeg behind plain functions: memory in, memory out, status codes. No longjmp ever leaves this library.
#ifndef CJPEG_H
#define CJPEG_H
#include <stddef.h>
#include <stdint.h>

enum {
    FATHOM_JPEG_OK = 0,
    /// The stream ends too early.
    FATHOM_JPEG_TRUNCATED = 1,
    /// Anything else that libjpeg refuses or warns about; the message says what.
    FATHOM_JPEG_INVALID = 2,
    FATHOM_JPEG_NO_MEMORY = 3,
};

/// Why and where a call failed.
typedef struct {
    /// Bytes of input consumed, or 0 when encoding.
    size_t position;
    char message[200];
} fathom_jpeg_failure;

typedef struct fathom_jpeg_reader fathom_jpeg_reader;

typedef struct {
    uint32_t width, height;
    /// 1 grey or 3 RGB: YCbCr, CMYK and YCCK are converted.
    int channels;
} fathom_jpeg_header;

/// Reads the header. `bytes` must stay valid until `fathom_jpeg_close`.
/// On failure `*reader` is NULL.
int fathom_jpeg_open(
    const uint8_t *bytes, size_t count, fathom_jpeg_reader **reader, fathom_jpeg_header *header, fathom_jpeg_failure *failure);

/// Decodes all rows into `target` (`height` rows of `width * channels` bytes) and reads up to the end of the image; damage
/// that libjpeg would paper over is an error. Call once.
int fathom_jpeg_read(fathom_jpeg_reader *reader, uint8_t *target, fathom_jpeg_failure *failure);

/// The EXIF block (a TIFF header and directories), or NULL. Gone after `fathom_jpeg_read`.
const uint8_t *fathom_jpeg_exif(const fathom_jpeg_reader *reader, size_t *count);

void fathom_jpeg_close(fathom_jpeg_reader *reader);

/// Encodes rows of `width * channels` bytes (1 grey, 3 RGB). `quality` 1…100; `subsample` != 0 halves the chroma planes in
/// both directions. On success the caller frees `*output` with `fathom_jpeg_free`.
int fathom_jpeg_encode(
    const uint8_t *samples, uint32_t width, uint32_t height, int channels, int quality, int subsample, uint8_t **output,
    size_t *output_count, fathom_jpeg_failure *failure);

void fathom_jpeg_free(uint8_t *output);

/// The library that decodes, "62 turbo 2.1.5": version of the interface, and of libjpeg-turbo where it is that; static storage.
const char *fathom_jpeg_version(void);
#endif
