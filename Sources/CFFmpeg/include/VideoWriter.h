// Encoding of one video stream into a file. The same frames give the same bytes.
#ifndef VIDEO_WRITER_H
#define VIDEO_WRITER_H
#include <stdint.h>

#include "VideoFailure.h"

typedef struct fathom_video_writer fathom_video_writer;

enum {
    /// H.264, 4:2:0, BT.709, constant quality 18, in MP4 with its index in front.
    FATHOM_VIDEO_H264 = 0,
    /// FFV1 of one 16-bit channel, every frame on its own, in Matroska.
    FATHOM_VIDEO_FFV1_GRAY16 = 1,
};

typedef struct {
    int coding;
    int width, height;
    /// Channels of the samples given: 1 or 3 for H.264, 1 for FFV1.
    int channels;
    /// Seconds per tick.
    int time_numerator, time_denominator;
    /// Ticks for which the last frame is shown.
    int64_t frame_ticks;
    /// Keys and values in turn, `2 * metadata_count` strings.
    const char *const *metadata;
    int metadata_count;
} fathom_video_format;

/// Whether the library can encode as `coding` says.
int fathom_video_writer_available(int coding);

/// Creates `path` (replacing what is there) and writes its header. On failure `*writer` is NULL.
int fathom_video_writer_open(
    const char *path, const fathom_video_format *format, fathom_video_writer **writer, fathom_video_failure *failure);

/// Encodes one frame: rows of `width * channels` samples without padding; `ticks` must grow.
int fathom_video_writer_append(
    fathom_video_writer *writer, const void *samples, int64_t ticks, fathom_video_failure *failure);

/// Encodes what is pending and completes the file.
int fathom_video_writer_finish(fathom_video_writer *writer, fathom_video_failure *failure);

/// Frees the writer; before `finish` the file stays incomplete.
void fathom_video_writer_close(fathom_video_writer *writer);
#endif
