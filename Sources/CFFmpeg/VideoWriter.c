#include "VideoWriter.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "VideoLog.h"

struct fathom_video_writer {
    AVFormatContext *container;
    AVCodecContext *encoder;
    AVStream *stream;
    AVPacket *packet;
    // What the encoder takes, and for H.264 the RGB picture of even size before it.
    AVFrame *frame, *picture;
    struct SwsContext *scaler;
    fathom_video_format format;
};

static const AVCodec *encoder_for(int coding) {
    return coding == FATHOM_VIDEO_H264 ? avcodec_find_encoder_by_name("libx264") : avcodec_find_encoder(AV_CODEC_ID_FFV1);
}

int fathom_video_writer_available(int coding) { return encoder_for(coding) != NULL; }

static AVFrame *new_frame(int format, int width, int height) {
    AVFrame *frame = av_frame_alloc();
    if (!frame) return NULL;
    frame->format = format;
    frame->width = width;
    frame->height = height;
    if (av_frame_get_buffer(frame, 0) < 0) av_frame_free(&frame);
    return frame;
}

static int open_encoder(fathom_video_writer *writer) {
    const fathom_video_format *format = &writer->format;
    int h264 = format->coding == FATHOM_VIDEO_H264;
    AVCodecContext *encoder = writer->encoder;
    encoder->width = h264 ? (format->width + 1) & ~1 : format->width;
    encoder->height = h264 ? (format->height + 1) & ~1 : format->height;
    encoder->pix_fmt = h264 ? AV_PIX_FMT_YUV420P : AV_PIX_FMT_GRAY16;
    encoder->time_base = (AVRational){format->time_numerator, format->time_denominator};
    encoder->framerate = av_inv_q(av_mul_q(encoder->time_base, (AVRational){(int)FFMIN(format->frame_ticks, INT_MAX), 1}));
    encoder->sample_aspect_ratio = (AVRational){1, 1};
    encoder->thread_count = 2;
    encoder->flags |= AV_CODEC_FLAG_BITEXACT;
    if (writer->container->oformat->flags & AVFMT_GLOBALHEADER) encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    if (h264) {
        encoder->color_range = AVCOL_RANGE_MPEG;
        encoder->colorspace = AVCOL_SPC_BT709;
        encoder->color_primaries = AVCOL_PRI_BT709;
        encoder->color_trc = AVCOL_TRC_BT709;
        av_opt_set(encoder->priv_data, "crf", "18", 0);
        // A video to look at, depth files have the numbers: slower presets take longer than the small network takes.
        av_opt_set(encoder->priv_data, "preset", "ultrafast", 0);
        // libx264's AVX-512 code of this feature reads memory that nobody has written; frames would not be the same each time.
        av_opt_set(encoder->priv_data, "mbtree", "0", 0);
    } else {
        encoder->color_range = AVCOL_RANGE_JPEG;
        encoder->gop_size = 1;
        encoder->level = 3;
        encoder->slices = 4;
        av_opt_set(encoder->priv_data, "slicecrc", "1", 0);
    }
    return avcodec_open2(encoder, encoder->codec, NULL);
}

static int open_scaler(fathom_video_writer *writer) {
    const AVCodecContext *encoder = writer->encoder;
    int flags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP | SWS_BITEXACT;
    writer->picture = new_frame(AV_PIX_FMT_RGB24, encoder->width, encoder->height);
    writer->scaler = sws_getContext(
        encoder->width, encoder->height, AV_PIX_FMT_RGB24, encoder->width, encoder->height, encoder->pix_fmt, flags, NULL, NULL,
        NULL);
    if (!writer->picture || !writer->scaler) return AVERROR(ENOMEM);
    const int *matrix = sws_getCoefficients(SWS_CS_ITU709);
    sws_setColorspaceDetails(writer->scaler, matrix, 1, matrix, 0, 0, 1 << 16, 1 << 16);
    return 0;
}

static int open_file(fathom_video_writer *writer, const char *path) {
    size_t size = strlen(path) + sizeof "file:";
    char *url = malloc(size);
    if (!url) return AVERROR(ENOMEM);
    snprintf(url, size, "file:%s", path);
    const fathom_video_format *format = &writer->format;
    int h264 = format->coding == FATHOM_VIDEO_H264;
    int status = avformat_alloc_output_context2(&writer->container, NULL, h264 ? "mp4" : "matroska", url);
    if (status >= 0) status = avio_open(&writer->container->pb, url, AVIO_FLAG_WRITE);
    free(url);
    if (status < 0) return status;
    writer->container->flags |= AVFMT_FLAG_BITEXACT;
    for (int i = 0; i < format->metadata_count; i++)
        av_dict_set(&writer->container->metadata, format->metadata[2 * i], format->metadata[2 * i + 1], 0);
    writer->stream = avformat_new_stream(writer->container, NULL);
    if (!writer->stream) return AVERROR(ENOMEM);
    status = open_encoder(writer);
    if (status >= 0) status = avcodec_parameters_from_context(writer->stream->codecpar, writer->encoder);
    if (status < 0) return status;
    // MP4 counts in 1 / N seconds; a numerator goes into the ticks.
    writer->stream->time_base = (AVRational){1, format->time_denominator};
    writer->stream->sample_aspect_ratio = writer->encoder->sample_aspect_ratio;
    AVDictionary *options = NULL;
    if (h264) av_dict_set(&options, "movflags", "+faststart+use_metadata_tags", 0);
    status = avformat_write_header(writer->container, &options);
    av_dict_free(&options);
    return status;
}

int fathom_video_writer_open(
    const char *path, const fathom_video_format *format, fathom_video_writer **result, fathom_video_failure *failure) {
    fathom_video_log_begin();
    *result = NULL;
    const AVCodec *codec = encoder_for(format->coding);
    fathom_video_writer *writer = calloc(1, sizeof *writer);
    if (!writer) return FATHOM_VIDEO_NO_MEMORY;
    writer->format = *format;
    writer->packet = av_packet_alloc();
    writer->encoder = avcodec_alloc_context3(codec);
    int status = codec && writer->packet && writer->encoder ? open_file(writer, path) : AVERROR(ENOMEM);
    writer->format.metadata = NULL;
    if (status >= 0) {
        writer->frame = new_frame(writer->encoder->pix_fmt, writer->encoder->width, writer->encoder->height);
        if (!writer->frame) status = AVERROR(ENOMEM);
    }
    if (status >= 0 && format->coding == FATHOM_VIDEO_H264) status = open_scaler(writer);
    if (status < 0) {
        status = fathom_video_fail(status, "the encoder could not be set up", failure);
        fathom_video_writer_close(writer);
        return status;
    }
    *result = writer;
    return FATHOM_VIDEO_OK;
}

// Rows of RGB from grey or RGB ones; the last column and row are repeated up to an even size.
static void fill_picture(const fathom_video_writer *writer, const uint8_t *samples) {
    AVFrame *picture = writer->picture;
    int width = writer->format.width, height = writer->format.height, channels = writer->format.channels;
    for (int y = 0; y < picture->height; y++) {
        const uint8_t *row = samples + (size_t)FFMIN(y, height - 1) * width * channels;
        uint8_t *target = picture->data[0] + (ptrdiff_t)y * picture->linesize[0];
        if (channels == 3) {
            memcpy(target, row, 3 * (size_t)width);
        } else {
            for (int x = 0; x < width; x++) target[3 * x] = target[3 * x + 1] = target[3 * x + 2] = row[x];
        }
        if (picture->width > width) memcpy(target + 3 * width, target + 3 * (width - 1), 3);
    }
}

static int write_packets(fathom_video_writer *writer) {
    for (;;) {
        int status = avcodec_receive_packet(writer->encoder, writer->packet);
        if (status == AVERROR(EAGAIN) || status == AVERROR_EOF) return 0;
        if (status < 0) return status;
        writer->packet->stream_index = writer->stream->index;
        writer->packet->duration = writer->format.frame_ticks;
        av_packet_rescale_ts(writer->packet, writer->encoder->time_base, writer->stream->time_base);
        status = av_interleaved_write_frame(writer->container, writer->packet);
        if (status >= 0) status = writer->container->pb->error;
        if (status < 0) return status;
    }
}

int fathom_video_writer_append(
    fathom_video_writer *writer, const void *samples, int64_t ticks, fathom_video_failure *failure) {
    fathom_video_log_begin();
    AVFrame *frame = writer->frame;
    int status = av_frame_make_writable(frame);
    if (status >= 0 && writer->picture) {
        fill_picture(writer, samples);
        status = sws_scale(
            writer->scaler, (const uint8_t *const *)writer->picture->data, writer->picture->linesize, 0, frame->height,
            frame->data, frame->linesize);
    } else if (status >= 0) {
        for (int y = 0; y < frame->height; y++)
            memcpy(frame->data[0] + (ptrdiff_t)y * frame->linesize[0], (const uint16_t *)samples + (size_t)y * frame->width,
                   2 * (size_t)frame->width);
    }
    frame->pts = ticks;
    if (status >= 0) status = avcodec_send_frame(writer->encoder, frame);
    if (status >= 0) status = write_packets(writer);
    return status < 0 ? fathom_video_fail(status, "the frame could not be encoded", failure) : FATHOM_VIDEO_OK;
}

int fathom_video_writer_finish(fathom_video_writer *writer, fathom_video_failure *failure) {
    fathom_video_log_begin();
    int status = avcodec_send_frame(writer->encoder, NULL);
    if (status >= 0) status = write_packets(writer);
    if (status >= 0) status = av_write_trailer(writer->container);
    if (status >= 0) status = writer->container->pb->error;
    int closed = avio_closep(&writer->container->pb);
    if (status >= 0) status = closed;
    return status < 0 ? fathom_video_fail(status, "the video could not be completed", failure) : FATHOM_VIDEO_OK;
}

void fathom_video_writer_close(fathom_video_writer *writer) {
    if (writer->container) avio_closep(&writer->container->pb);
    avformat_free_context(writer->container);
    avcodec_free_context(&writer->encoder);
    av_packet_free(&writer->packet);
    av_frame_free(&writer->frame);
    av_frame_free(&writer->picture);
    sws_freeContext(writer->scaler);
    free(writer);
}
