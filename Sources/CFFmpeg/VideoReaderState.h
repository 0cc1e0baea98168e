// The reader's insides, shared by decoding and pixel conversion.
#ifndef VIDEO_READER_STATE_H
#define VIDEO_READER_STATE_H
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
#include <stdatomic.h>

#include "VideoReader.h"

struct fathom_video_reader {
    AVFormatContext *container;
    AVIOContext *file;
    AVCodecContext *decoder;
    AVStream *stream;
    AVPacket *packet;
    AVFrame *frame;
    int (*interrupted)(void);
    // Size of the first frame; 0 before it.
    int width, height;
    int draining;
    // The end of the file was met, with complaints, while looking for streams.
    int is_cut;
    // Time and duration of the frame before, in ticks.
    int has_last;
    int64_t last_ticks, last_duration;
    fathom_video_damage damage;
    // Errors that the decoder told of, and how many of them were seen.
    atomic_int complaints;
    int known_complaints;
    // Conversion to RGB and what it was made for.
    struct SwsContext *scaler;
    int scaler_format, scaler_space, scaler_full_range;
};
#endif
