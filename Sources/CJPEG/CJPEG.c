#include "CJPEG.h"
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

// A file with more scans than this is an attack on the decoder's time, not a picture.
#define MOST_SCANS 1000

// libjpeg's error manager with a way back to the entry point; `base` comes first, so libjpeg's pointer is ours.
typedef struct {
    struct jpeg_error_mgr base;
    jmp_buf escape;
    int status;
    char message[sizeof ((fathom_jpeg_failure *)0)->message];
} errors;

_Static_assert(JMSG_LENGTH_MAX <= sizeof ((errors *)0)->message, "libjpeg's messages must fit");

struct fathom_jpeg_reader {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_progress_mgr progress;
    errors errors;
    size_t count;
    uint8_t *cmyk;
};

static void fail(j_common_ptr jpeg) {
    errors *errors = (void *)jpeg->err;
    jpeg->err->format_message(jpeg, errors->message);
    switch (jpeg->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JERR_INPUT_EOF:
    case JERR_INPUT_EMPTY: errors->status = FATHOM_JPEG_TRUNCATED; break;
    case JERR_OUT_OF_MEMORY: errors->status = FATHOM_JPEG_NO_MEMORY; break;
    default: errors->status = FATHOM_JPEG_INVALID;
    }
    longjmp(errors->escape, 1);
}

// libjpeg warns where samples are made up for damaged data; only notes that leave the picture intact are let pass.
static void judge_warning(j_common_ptr jpeg, int level) {
    if (level >= 0) return;
    switch (jpeg->err->msg_code) {
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_ADOBE_XFORM:
    case JWRN_JFIF_MAJOR:
    case JWRN_BOGUS_ICC: return;
    default: fail(jpeg);
    }
}

static void keep_quiet(j_common_ptr jpeg) { (void)jpeg; }

static void limit_scans(j_common_ptr jpeg) {
    if (jpeg->is_decompressor && ((j_decompress_ptr)jpeg)->input_scan_number > MOST_SCANS) {
        errors *errors = (void *)jpeg->err;
        snprintf(errors->message, sizeof errors->message, "more than %d scans", MOST_SCANS);
        errors->status = FATHOM_JPEG_INVALID;
        longjmp(errors->escape, 1);
    }
}

static struct jpeg_error_mgr *prepare(errors *errors) {
    jpeg_std_error(&errors->base);
    errors->base.error_exit = fail;
    errors->base.emit_message = judge_warning;
    errors->base.output_message = keep_quiet;
    return &errors->base;
}

static int report(const errors *errors, size_t position, fathom_jpeg_failure *failure) {
    failure->position = position;
    memcpy(failure->message, errors->message, sizeof failure->message);
    return errors->status;
}

static int out_of_memory(fathom_jpeg_failure *failure) {
    failure->position = 0;
    strcpy(failure->message, "out of memory");
    return FATHOM_JPEG_NO_MEMORY;
}

static size_t position(const fathom_jpeg_reader *reader) {
    return reader->jpeg.src ? reader->count - reader->jpeg.src->bytes_in_buffer : 0;
}

int fathom_jpeg_open(
    const uint8_t *bytes, size_t count, fathom_jpeg_reader **result, fathom_jpeg_header *header, fathom_jpeg_failure *failure) {
    *result = NULL;
    fathom_jpeg_reader *reader = calloc(1, sizeof *reader);
    if (!reader) return out_of_memory(failure);
    reader->count = count;
    j_decompress_ptr jpeg = &reader->jpeg;
    jpeg->err = prepare(&reader->errors);
    if (setjmp(reader->errors.escape)) {
        int status = report(&reader->errors, position(reader), failure);
        fathom_jpeg_close(reader);
        return status;
    }
    jpeg_create_decompress(jpeg);
    reader->progress.progress_monitor = limit_scans;
    jpeg->progress = &reader->progress;
    jpeg_mem_src(jpeg, bytes, count);
    jpeg_save_markers(jpeg, JPEG_APP0 + 1, 0xffff);
    jpeg_read_header(jpeg, TRUE);
    switch (jpeg->jpeg_color_space) {
    case JCS_GRAYSCALE: jpeg->out_color_space = JCS_GRAYSCALE; break;
    case JCS_CMYK:
    case JCS_YCCK: jpeg->out_color_space = JCS_CMYK; break;
    default: jpeg->out_color_space = JCS_RGB;
    }
    header->width = jpeg->image_width;
    header->height = jpeg->image_height;
    header->channels = jpeg->out_color_space == JCS_GRAYSCALE ? 1 : 3;
    *result = reader;
    return FATHOM_JPEG_OK;
}

// Files that carry an Adobe marker store inverted inks (255 = none), others do not.
static void convert_cmyk(const uint8_t *cmyk, size_t width, int inverted, uint8_t *rgb) {
    unsigned flip = inverted ? 0 : 255;
    for (size_t x = 0; x < width; x++) {
        unsigned key = cmyk[4 * x + 3] ^ flip;
        for (int c = 0; c < 3; c++) rgb[3 * x + c] = (uint8_t)(((cmyk[4 * x + c] ^ flip) * key + 127) / 255);
    }
}

int fathom_jpeg_read(fathom_jpeg_reader *reader, uint8_t *target, fathom_jpeg_failure *failure) {
    j_decompress_ptr jpeg = &reader->jpeg;
    if (setjmp(reader->errors.escape)) return report(&reader->errors, position(reader), failure);
    jpeg_start_decompress(jpeg);
    size_t width = jpeg->output_width;
    if (jpeg->out_color_space == JCS_CMYK) {
        reader->cmyk = malloc(4 * width);
        if (!reader->cmyk) return out_of_memory(failure);
    }
    while (jpeg->output_scanline < jpeg->output_height) {
        uint8_t *row = target + jpeg->output_scanline * width * (reader->cmyk ? 3 : jpeg->output_components);
        jpeg_read_scanlines(jpeg, reader->cmyk ? &reader->cmyk : &row, 1);
        if (reader->cmyk) convert_cmyk(reader->cmyk, width, jpeg->saw_Adobe_marker, row);
    }
    jpeg_finish_decompress(jpeg);
    return FATHOM_JPEG_OK;
}

const uint8_t *fathom_jpeg_exif(const fathom_jpeg_reader *reader, size_t *count) {
    *count = 0;
    for (jpeg_saved_marker_ptr marker = reader->jpeg.marker_list; marker; marker = marker->next) {
        if (marker->marker == JPEG_APP0 + 1 && marker->data_length >= 6 && memcmp(marker->data, "Exif\0\0", 6) == 0) {
            *count = marker->data_length - 6;
            return marker->data + 6;
        }
    }
    return NULL;
}

void fathom_jpeg_close(fathom_jpeg_reader *reader) {
    jpeg_destroy_decompress(&reader->jpeg);
    free(reader->cmyk);
    free(reader);
}

// Where encoded bytes go: a block that grows, owned by the caller.
typedef struct {
    struct jpeg_destination_mgr base;
    uint8_t *bytes;
    size_t count, capacity;
} sink;

static boolean grow(j_compress_ptr jpeg) {
    sink *sink = (void *)jpeg->dest;
    size_t used = sink->capacity, capacity = used ? 2 * used : 1 << 16;
    uint8_t *bytes = realloc(sink->bytes, capacity);
    if (!bytes) ERREXIT1(jpeg, JERR_OUT_OF_MEMORY, 0);
    sink->bytes = bytes;
    sink->capacity = capacity;
    sink->base.next_output_byte = bytes + used;
    sink->base.free_in_buffer = capacity - used;
    return TRUE;
}

static void begin(j_compress_ptr jpeg) { grow(jpeg); }

static void finish(j_compress_ptr jpeg) {
    sink *sink = (void *)jpeg->dest;
    sink->count = sink->capacity - sink->base.free_in_buffer;
}

// Everything that may jump; what outlives a jump belongs to the caller.
static int encode(
    j_compress_ptr jpeg, errors *errors, sink *sink, const uint8_t *samples, uint32_t width, uint32_t height, int channels,
    int quality, int subsample) {
    if (setjmp(errors->escape)) return 0;
    jpeg_create_compress(jpeg);
    sink->base.init_destination = begin;
    sink->base.empty_output_buffer = grow;
    sink->base.term_destination = finish;
    jpeg->dest = &sink->base;
    jpeg->image_width = width;
    jpeg->image_height = height;
    jpeg->input_components = channels;
    jpeg->in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(jpeg);
    jpeg_set_quality(jpeg, quality, TRUE);
    jpeg->comp_info[0].h_samp_factor = jpeg->comp_info[0].v_samp_factor = channels == 3 && subsample ? 2 : 1;
    jpeg_start_compress(jpeg, TRUE);
    while (jpeg->next_scanline < height) {
        JSAMPROW row = (JSAMPROW)(samples + jpeg->next_scanline * (size_t)width * channels);
        jpeg_write_scanlines(jpeg, &row, 1);
    }
    jpeg_finish_compress(jpeg);
    return 1;
}

int fathom_jpeg_encode(
    const uint8_t *samples, uint32_t width, uint32_t height, int channels, int quality, int subsample, uint8_t **output,
    size_t *output_count, fathom_jpeg_failure *failure) {
    struct jpeg_compress_struct jpeg = {0};
    errors errors = {0};
    sink sink = {0};
    jpeg.err = prepare(&errors);
    int done = encode(&jpeg, &errors, &sink, samples, width, height, channels, quality, subsample);
    jpeg_destroy_compress(&jpeg);
    if (!done) free(sink.bytes);
    *output = done ? sink.bytes : NULL;
    *output_count = sink.count;
    return done ? FATHOM_JPEG_OK : report(&errors, 0, failure);
}

void fathom_jpeg_free(uint8_t *output) { free(output); }

#define TEXT_OF(value) #value
#define TEXT(value) TEXT_OF(value)

const char *fathom_jpeg_version(void) {
#ifdef LIBJPEG_TURBO_VERSION
    return TEXT(JPEG_LIB_VERSION) " turbo " TEXT(LIBJPEG_TURBO_VERSION);
#else
    return TEXT(JPEG_LIB_VERSION);
#endif
}
