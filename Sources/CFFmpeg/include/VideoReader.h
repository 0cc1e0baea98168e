// Decoding of the best video stream of one file. No other file is ever opened, whatever the content asks for.
#ifndef VIDEO_READER_H
#define VIDEO_READER_H
#include <stddef.h>
#include <stdint.h>

#include "VideoFailure.h"

typedef struct fathom_video_reader fathom_video_reader;

/// What is known once the first frame is decoded. Strings live as long as the reader.
typedef struct {
    /// Size of the frames as stored, before turning.
    int width, height;
    /// EXIF orientation 1…8 that makes frames upright; 0 where the stream asks for an angle between.
    int orientation;
    /// Width : height of a pixel, 1 : 1 where unknown.
    int pixel_width, pixel_height;
    /// Seconds per tick.
    int time_numerator, time_denominator;
    /// Mean frames per second; 0 : 1 where unknown.
    int rate_numerator, rate_denominator;
    /// Frames as the header counts them; 0 where unknown.
    int64_t frame_count;
    /// Length in seconds; 0 where unknown.
    double duration;
    /// Whether the container has an index by which seeking is exact.
    int indexed;
    /// Whether the transfer function is PQ or HLG.
    int high_dynamic_range;
    /// Whether samples are one channel of 16 bits.
    int gray16;
    const char *container, *codec, *pixel_format;
} fathom_video_facts;

/// One decoded frame, held by the reader until the next one.
typedef struct {
    /// Moment of display; strictly greater than the one before.
    int64_t ticks;
} fathom_video_frame;

/// What was skipped or repaired since the file was opened.
typedef struct {
    /// Packets that are incomplete, marked as damaged or refused by the decoder.
    int64_t packets;
    /// Frames that the decoder gave up or patched.
    int64_t frames;
    /// Those of both that a whole frame followed before the end of the file was reached: what the end cuts off is no gap.
    int64_t gaps;
    /// Failed reads of the container.
    int64_t reads;
    /// Times that were missing or not after the previous one.
    int64_t times;
    /// Errors of which the decoder told; where it did not give up a frame it may have patched it.
    int64_t complaints;
} fathom_video_damage;

/// Opens a file and decodes its first frame, which `fathom_video_reader_pixels` then gives out.
///
/// `interrupted` is asked whether to stop (non-zero). Frames of more than `most_pixels` are refused. Where not `careful`, several
/// frames are decoded at once, and which damaged ones are skipped depends on chance. On failure `*reader` is NULL.
int fathom_video_reader_open(
    const char *path, int64_t most_pixels, int careful, int (*interrupted)(void), fathom_video_reader **reader,
    fathom_video_facts *facts, fathom_video_frame *first, fathom_video_failure *failure);

/// Decodes the next frame; damaged ones are skipped and counted.
int fathom_video_reader_next(fathom_video_reader *reader, fathom_video_frame *frame, fathom_video_failure *failure);

/// Goes to a key frame that the index places at or before `ticks`; `next` continues there.
int fathom_video_reader_seek(fathom_video_reader *reader, int64_t ticks, fathom_video_failure *failure);

/// The planes of a frame of 8 bits and 4:2:0, the most common kind; threads may read them side by side.
typedef struct __attribute__((swift_attr("@Sendable"))) {
    const uint8_t *luma, *u, *v;
    ptrdiff_t luma_stride, u_stride, v_stride;
    /// Share of red and blue in luma.
    double red_share, blue_share;
    /// Whether samples use 0…255 rather than 16…235 and 16…240.
    int full_range;
    /// Whether chroma samples lie between pixel columns rather than on every other one.
    int centered;
} fathom_video_planes;

/// The planes of the current frame, which live as long as the frame; 0 where it is of another kind.
int fathom_video_reader_planes(const fathom_video_reader *reader, fathom_video_planes *planes);

/// Converts the current frame of any kind to RGB: `height` rows of `3 * width` bytes, as stored (not turned).
int fathom_video_reader_pixels(fathom_video_reader *reader, uint8_t *target, fathom_video_failure *failure);

/// Copies the current frame of one 16-bit channel, native byte order; only where `gray16`.
int fathom_video_reader_gray16(fathom_video_reader *reader, uint16_t *target, fathom_video_failure *failure);

void fathom_video_reader_damage(const fathom_video_reader *reader, fathom_video_damage *damage);

/// Entry `index` of the container's metadata; 0 past the last one.
int fathom_video_reader_metadata(const fathom_video_reader *reader, int index, const char **key, const char **value);

void fathom_video_reader_close(fathom_video_reader *reader);
#endif
