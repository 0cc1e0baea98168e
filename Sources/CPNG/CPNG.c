#include "CPNG.h"
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

// An ancillary chunk (text, colour profile) may not expand beyond this.
#define LARGEST_CHUNK (4u << 20)
// Ancillary chunks that are kept; together with the size of one it bounds what they take.
#define MOST_CHUNKS 32

// What the error callback of one read or write leaves behind.
typedef struct {
    int status;
    char message[sizeof ((fathom_png_failure *)0)->message];
} outcome;

struct fathom_png_reader {
    png_structp png;
    png_infop info;
    const uint8_t *bytes;
    size_t count, position;
    uint32_t height;
    size_t row_bytes;
    png_bytep *rows;
    outcome outcome;
};

typedef struct {
    uint8_t *bytes;
    size_t count, capacity;
} sink;

static void fail(png_structp png, png_const_charp text) {
    outcome *outcome = png_get_error_ptr(png);
    if (outcome->status == FATHOM_PNG_OK) {
        outcome->status = FATHOM_PNG_INVALID;
        strncpy(outcome->message, text, sizeof outcome->message - 1);
    }
    png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void take(png_structp png, png_bytep target, size_t count) {
    fathom_png_reader *reader = png_get_io_ptr(png);
    if (count > reader->count - reader->position) {
        reader->position = reader->count;
        reader->outcome.status = FATHOM_PNG_TRUNCATED;
        strcpy(reader->outcome.message, "the file ends too early");
        png_error(png, "truncated");
    }
    memcpy(target, reader->bytes + reader->position, count);
    reader->position += count;
}

static int report(const outcome *outcome, size_t position, fathom_png_failure *failure) {
    failure->position = position;
    memcpy(failure->message, outcome->message, sizeof failure->message);
    return outcome->status;
}

static int truncated(size_t count, fathom_png_failure *failure) {
    failure->position = count;
    strcpy(failure->message, "the file ends too early");
    return FATHOM_PNG_TRUNCATED;
}

static int out_of_memory(fathom_png_failure *failure) {
    failure->position = 0;
    strcpy(failure->message, "out of memory");
    return FATHOM_PNG_NO_MEMORY;
}

// Whether every chunk before the first of the kind `last` lies inside the file, and there is one of that kind: libpng makes room
// for what a chunk claims before it reads it.
static int chunks_are_whole(const uint8_t *bytes, size_t count, const char *last) {
    size_t start = 8;
    while (start < count && count - start >= 12) {
        size_t length = (size_t)bytes[start] << 24 | bytes[start + 1] << 16 | bytes[start + 2] << 8 | bytes[start + 3];
        if (memcmp(bytes + start + 4, last, 4) == 0) return 1;
        if (length > count - start - 12) return 0;
        start += 12 + length;
    }
    return 0;
}

int fathom_png_open(
    const uint8_t *bytes, size_t count, fathom_png_reader **result, fathom_png_header *header, fathom_png_failure *failure) {
    *result = NULL;
    if (!chunks_are_whole(bytes, count, "IDAT")) return truncated(count, failure);
    fathom_png_reader *reader = calloc(1, sizeof *reader);
    if (!reader) return out_of_memory(failure);
    reader->bytes = bytes;
    reader->count = count;
    reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader->outcome, fail, ignore);
    reader->info = reader->png ? png_create_info_struct(reader->png) : NULL;
    if (!reader->info) {
        fathom_png_close(reader);
        return out_of_memory(failure);
    }
    if (setjmp(png_jmpbuf(reader->png))) {
        int status = report(&reader->outcome, reader->position, failure);
        fathom_png_close(reader);
        return status;
    }
    png_structp png = reader->png;
    png_infop info = reader->info;
    png_set_user_limits(png, 0x7fffffff, 0x7fffffff);  // The caller judges the size from the header.
    png_set_chunk_malloc_max(png, LARGEST_CHUNK);
    png_set_chunk_cache_max(png, MOST_CHUNKS);
    png_set_read_fn(png, reader, take);
    png_read_info(png, info);
    header->width = png_get_image_width(png, info);
    header->height = reader->height = png_get_image_height(png, info);
    int color = png_get_color_type(png, info);
    int transparent = (color & PNG_COLOR_MASK_ALPHA) || png_get_valid(png, info, PNG_INFO_tRNS);
    header->channels = (color & PNG_COLOR_MASK_COLOR ? 3 : 1) + (transparent ? 1 : 0);
    header->sample_bytes = png_get_bit_depth(png, info) == 16 ? 2 : 1;
    header->stored_row_bytes = png_get_rowbytes(png, info);
    reader->row_bytes = (size_t)header->width * header->channels * header->sample_bytes;
    *result = reader;
    return FATHOM_PNG_OK;
}

int fathom_png_read(fathom_png_reader *reader, uint8_t *target, fathom_png_failure *failure) {
    png_structp png = reader->png;
    png_infop info = reader->info;
    if (!chunks_are_whole(reader->bytes, reader->count, "IEND")) return truncated(reader->count, failure);
    reader->rows = malloc(reader->height * sizeof *reader->rows);
    if (!reader->rows) return out_of_memory(failure);
    if (setjmp(png_jmpbuf(png))) return report(&reader->outcome, reader->position, failure);
    png_set_expand(png);
    if (png_get_bit_depth(png, info) == 16 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) png_set_swap(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    if (png_get_rowbytes(png, info) != reader->row_bytes) png_error(png, "inconsistent palette and transparency");
    for (size_t y = 0; y < reader->height; y++) reader->rows[y] = target + y * reader->row_bytes;
    png_read_image(png, reader->rows);
    png_read_end(png, info);
    return FATHOM_PNG_OK;
}

int fathom_png_get_text(const fathom_png_reader *reader, int index, fathom_png_text *text) {
    png_textp texts = NULL;
    int count = 0;
    png_get_text(reader->png, reader->info, &texts, &count);
    if (index < 0 || index >= count) return 0;
    const png_text *entry = &texts[index];
    int international = entry->compression == PNG_ITXT_COMPRESSION_NONE || entry->compression == PNG_ITXT_COMPRESSION_zTXt;
    text->key = entry->key;
    text->value = entry->text;
    text->value_count = international ? entry->itxt_length : entry->text_length;
    text->utf8 = international;
    return 1;
}

const uint8_t *fathom_png_exif(const fathom_png_reader *reader, size_t *count) {
    png_uint_32 size = 0;
    png_bytep exif = NULL;
    *count = 0;
    if (png_get_eXIf_1(reader->png, reader->info, &size, &exif) == 0) return NULL;
    *count = size;
    return exif;
}

void fathom_png_close(fathom_png_reader *reader) {
    if (reader->png) png_destroy_read_struct(&reader->png, reader->info ? &reader->info : NULL, NULL);
    free(reader->rows);
    free(reader);
}

static void give(png_structp png, png_bytep source, size_t count) {
    sink *sink = png_get_io_ptr(png);
    if (count > sink->capacity - sink->count) {
        size_t capacity = 2 * sink->capacity + count;
        uint8_t *bytes = realloc(sink->bytes, capacity);
        if (!bytes) png_error(png, "out of memory");
        sink->bytes = bytes;
        sink->capacity = capacity;
    }
    memcpy(sink->bytes + sink->count, source, count);
    sink->count += count;
}

static void flush(png_structp png) { (void)png; }

// Everything that may jump; what outlives a jump belongs to the caller.
static int encode(
    png_structp png, png_infop info, const uint8_t *samples, uint32_t width, uint32_t height, int channels, int sample_bytes,
    png_textp texts, int text_count) {
    static const int color_types[] = {
        PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
    if (setjmp(png_jmpbuf(png))) return 0;
    png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
    png_set_IHDR(
        png, info, width, height, 8 * sample_bytes, color_types[channels - 1], PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
        PNG_FILTER_TYPE_DEFAULT);
    // Measured on photos and 16-bit depth: runs of Paeth residues come out as small as zlib's level 4 in half its time.
    png_set_compression_strategy(png, Z_RLE);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_PAETH);
    if (text_count > 0) png_set_text(png, info, texts, text_count);
    png_write_info(png, info);
    if (sample_bytes == 2 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) png_set_swap(png);
    size_t row_bytes = (size_t)width * channels * sample_bytes;
    for (size_t y = 0; y < height; y++) png_write_row(png, samples + y * row_bytes);
    png_write_end(png, NULL);
    return 1;
}

int fathom_png_encode(
    const uint8_t *samples, uint32_t width, uint32_t height, int channels, int sample_bytes, const fathom_png_text *texts,
    int text_count, uint8_t **output, size_t *output_count, fathom_png_failure *failure) {
    outcome outcome = {FATHOM_PNG_OK, {0}};
    sink sink = {NULL, 0, 0};
    *output = NULL;
    png_textp entries = calloc(text_count > 0 ? text_count : 1, sizeof *entries);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &outcome, fail, ignore);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    int status = FATHOM_PNG_OK;
    if (!entries || !info) {
        status = out_of_memory(failure);
    } else {
        for (int i = 0; i < text_count; i++) {
            entries[i].compression = texts[i].utf8 ? PNG_ITXT_COMPRESSION_NONE : PNG_TEXT_COMPRESSION_NONE;
            entries[i].key = (png_charp)texts[i].key;
            entries[i].text = (png_charp)texts[i].value;
            entries[i].text_length = texts[i].value_count;
        }
        png_set_write_fn(png, &sink, give, flush);
        if (encode(png, info, samples, width, height, channels, sample_bytes, entries, text_count)) {
            *output = sink.bytes;
            *output_count = sink.count;
        } else {
            free(sink.bytes);
            status = report(&outcome, 0, failure);
        }
    }
    if (png) png_destroy_write_struct(&png, info ? &info : NULL);
    free(entries);
    return status;
}

void fathom_png_free(uint8_t *output) { free(output); }
