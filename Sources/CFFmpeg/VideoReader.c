#include "VideoReader.h"

#include <libavutil/display.h>
#include <libavutil/pixdesc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "VideoLog.h"
#include "VideoReaderState.h"

// Packets without a frame in between, of the video and of all streams, after which a file is given up.
#define MOST_FRUITLESS_PACKETS 2000
#define MOST_FRUITLESS_READS 50000

// Times and durations in ticks beyond these are damage; sums of the rest cannot overflow.
#define LATEST_TIME (INT64_C(1) << 60)
#define LONGEST_DURATION (INT64_C(1) << 32)

// Demuxers call many kinds of damage an input error; it is one only where reading the file itself failed.
static int fail(const fathom_video_reader *reader, int library_status, const char *what, fathom_video_failure *failure) {
    int status = fathom_video_fail(library_status, what, failure);
    if (status != FATHOM_VIDEO_IO || (reader->file && reader->file->error < 0)) return status;
    failure->system_error = 0;
    return FATHOM_VIDEO_INVALID;
}

static int should_stop(void *reader) { return ((fathom_video_reader *)reader)->interrupted(); }

// Playlists and scripts name other files; none of them is followed.
static int refuse_open(AVFormatContext *container, AVIOContext **file, const char *url, int flags, AVDictionary **options) {
    (void)container, (void)file, (void)url, (void)flags, (void)options;
    return AVERROR_INVALIDDATA;
}

// Names of all containers that hold their data themselves; the caller frees it.
static char *container_names(void) {
    static const char *const refused[] = {"hls", "dash", "concat", "imf", "sdp", "rtsp", "webm_dash_manifest", "tty"};
    size_t capacity = 1 << 14, count = 0;
    char *names = malloc(capacity);
    if (!names) return NULL;
    names[0] = 0;
    const AVInputFormat *format;
    void *position = NULL;
    while ((format = av_demuxer_iterate(&position))) {
        int skip = (format->flags & AVFMT_NOFILE) != 0;
        for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) skip |= strcmp(format->name, refused[i]) == 0;
        size_t length = strlen(format->name);
        if (skip || count + length + 2 > capacity) continue;
        if (count) names[count++] = ',';
        memcpy(names + count, format->name, length + 1);
        count += length;
    }
    return names;
}

static const uint8_t *stream_side_data(const AVStream *stream, enum AVPacketSideDataType type, size_t least) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 0)
    const AVPacketSideData *data =
        av_packet_side_data_get(stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, type);
    return data && data->size >= least ? data->data : NULL;
#else
    size_t size = 0;
    const uint8_t *data = av_stream_get_side_data(stream, type, &size);
    return size >= least ? data : NULL;
#endif
}

// EXIF orientation of a display matrix (x' = a x + c y, y' = b x + d y); 0 for angles between.
static int orientation(const fathom_video_reader *reader) {
    const int32_t *m = (const int32_t *)stream_side_data(reader->stream, AV_PKT_DATA_DISPLAYMATRIX, 9 * sizeof *m);
    if (!m) {
        const AVFrameSideData *data = av_frame_get_side_data(reader->frame, AV_FRAME_DATA_DISPLAYMATRIX);
        if (data && data->size >= 9 * sizeof *m) m = (const int32_t *)data->data;
    }
    if (!m) return 1;
    int32_t a = m[0], b = m[1], c = m[3], d = m[4];
    if (b == 0 && c == 0 && a != 0 && d != 0) return a > 0 ? (d > 0 ? 1 : 4) : (d > 0 ? 2 : 3);
    if (a == 0 && d == 0 && b != 0 && c != 0) return b > 0 ? (c > 0 ? 5 : 6) : (c > 0 ? 8 : 7);
    return 0;
}

// The frame's time: the container's best guess, else the last one plus its duration; always after the last one.
static int64_t frame_ticks(fathom_video_reader *reader) {
    const AVFrame *frame = reader->frame;
#if LIBAVUTIL_VERSION_MAJOR >= 58
    int64_t duration = frame->duration;
#else
    int64_t duration = frame->pkt_duration;
#endif
    if (duration <= 0 || duration > LONGEST_DURATION) {
        AVRational rate = reader->stream->avg_frame_rate;
        duration = rate.num > 0 && rate.den > 0 ? av_rescale_q(1, av_inv_q(rate), reader->stream->time_base) : 1;
    }
    int64_t ticks = frame->best_effort_timestamp;
    if (ticks < -LATEST_TIME || ticks > LATEST_TIME) ticks = AV_NOPTS_VALUE;
    if (ticks == AV_NOPTS_VALUE || (reader->has_last && ticks <= reader->last_ticks)) {
        reader->damage.times++;
        if (!reader->has_last) ticks = 0;
        else if (ticks == AV_NOPTS_VALUE) ticks = reader->last_ticks + reader->last_duration;
        else ticks = reader->last_ticks + 1;
    }
    reader->has_last = 1;
    reader->last_ticks = ticks;
    reader->last_duration = duration > 0 ? duration : 1;
    return ticks;
}

// Whether the decoder made up a part of the frame.
static int is_patched(fathom_video_reader *reader) {
    int complaints = atomic_load(&reader->complaints), is_new = complaints != reader->known_complaints;
    reader->known_complaints = complaints;
    // FFV1 replaces damaged slices without marking the frame; without frame threads its complaint is about the next frame.
    if (is_new && reader->decoder->codec_id == AV_CODEC_ID_FFV1) return 1;
    return (reader->frame->flags & AV_FRAME_FLAG_CORRUPT) || reader->frame->decode_error_flags;
}

int fathom_video_reader_next(fathom_video_reader *reader, fathom_video_frame *frame, fathom_video_failure *failure) {
    fathom_video_log_begin();
    int packets = 0, reads = 0, failed_reads = 0;
    for (;;) {
        if (reader->interrupted()) return FATHOM_VIDEO_INTERRUPTED;
        int status = avcodec_receive_frame(reader->decoder, reader->frame);
        if (status == 0) {
            if (is_patched(reader)) {
                reader->damage.frames++;
                continue;
            }
            const AVFrame *decoded = reader->frame;
            if (reader->width && (decoded->width != reader->width || decoded->height != reader->height)) {
                snprintf(failure->message, sizeof failure->message, "%d × %d", decoded->width, decoded->height);
                return FATHOM_VIDEO_SIZE_CHANGED;
            }
            frame->ticks = frame_ticks(reader);
            if (!reader->draining) reader->damage.gaps = reader->damage.frames + reader->damage.packets;
            return FATHOM_VIDEO_OK;
        }
        if (status == AVERROR_EOF || (status == AVERROR(EAGAIN) && reader->draining)) return FATHOM_VIDEO_END;
        if (status != AVERROR(EAGAIN)) {
            reader->damage.frames++;
            if (++packets > MOST_FRUITLESS_PACKETS) return fail(reader, status, "no frame could be decoded", failure);
            continue;
        }
        fathom_video_log_begin();
        status = av_read_frame(reader->container, reader->packet);
        if (++reads > MOST_FRUITLESS_READS) {
            av_packet_unref(reader->packet);
            return fail(reader, AVERROR_INVALIDDATA, "the video stream does not go on", failure);
        }
        if (status < 0) {
            if (status == AVERROR_EXIT) return FATHOM_VIDEO_INTERRUPTED;
            if (reader->file->error < 0 && reader->file->error != AVERROR_EOF)
                return fail(reader, reader->file->error, "reading failed", failure);
            // Some demuxers call the end of a file that was cut off an ordinary one, and complain in the log only.
            int is_damage = status == AVERROR_EOF ? reader->is_cut || fathom_video_log_has_error() : status != AVERROR(EAGAIN);
            if (is_damage) reader->damage.reads++;
            if (status != AVERROR_EOF && ++failed_reads < 16) continue;
            avcodec_send_packet(reader->decoder, NULL);
            reader->draining = 1;
            continue;
        }
        int ours = reader->packet->stream_index == reader->stream->index;
        if (ours && (reader->packet->flags & AV_PKT_FLAG_CORRUPT)) {
            reader->damage.packets++;
        } else if (ours) {
            status = avcodec_send_packet(reader->decoder, reader->packet);
            if (status < 0) reader->damage.packets++;
        }
        av_packet_unref(reader->packet);
        if (ours && ++packets > MOST_FRUITLESS_PACKETS)
            return fail(reader, status < 0 ? status : AVERROR_INVALIDDATA, "no frame could be decoded", failure);
    }
}

int fathom_video_reader_seek(fathom_video_reader *reader, int64_t ticks, fathom_video_failure *failure) {
    fathom_video_log_begin();
    int status = av_seek_frame(reader->container, reader->stream->index, ticks, AVSEEK_FLAG_BACKWARD);
    if (status < 0) return fail(reader, status, "seeking failed", failure);
    avcodec_flush_buffers(reader->decoder);
    reader->draining = 0;
    reader->has_last = 0;
    return FATHOM_VIDEO_OK;
}

static int open_container(fathom_video_reader *reader, const char *path, fathom_video_failure *failure) {
    AVIOInterruptCB stop = {should_stop, reader};
    size_t size = strlen(path) + sizeof "file:";
    char *url = malloc(size), *names = container_names();
    reader->container = avformat_alloc_context();
    int status = AVERROR(ENOMEM);
    if (url && names && reader->container) {
        snprintf(url, size, "file:%s", path);
        status = avio_open2(&reader->file, url, AVIO_FLAG_READ, &stop, NULL);
    }
    if (status >= 0) {
        AVDictionary *options = NULL;
        av_dict_set(&options, "format_whitelist", names, 0);
        av_dict_set(&options, "protocol_whitelist", "file", 0);
        reader->container->pb = reader->file;
        reader->container->interrupt_callback = stop;
        reader->container->io_open = refuse_open;
        reader->container->flags |= AVFMT_FLAG_BITEXACT;
        status = avformat_open_input(&reader->container, url, NULL, &options);
        av_dict_free(&options);
    }
    free(url);
    free(names);
    return status < 0 ? fail(reader, status, "no known video container", failure) : FATHOM_VIDEO_OK;
}

// Reads ahead until the streams are known; decoders tried on the way obey the limit too.
static int find_streams(AVFormatContext *container, int64_t most_pixels) {
    unsigned count = container->nb_streams;
    AVDictionary **options = calloc(count + 1, sizeof *options);
    if (!options) return AVERROR(ENOMEM);
    for (unsigned i = 0; i < count; i++) av_dict_set_int(&options[i], "max_pixels", most_pixels, 0);
    int status = avformat_find_stream_info(container, options);
    for (unsigned i = 0; i < count; i++) av_dict_free(&options[i]);
    free(options);
    return status;
}

static int open_decoder(fathom_video_reader *reader, int64_t most_pixels, int careful, fathom_video_failure *failure) {
    fathom_video_log_begin();
    int status = find_streams(reader->container, most_pixels);
    reader->is_cut = avio_feof(reader->file) && fathom_video_log_has_error();
    if (status < 0) return fail(reader, status, "the streams could not be read", failure);
    int index = av_find_best_stream(reader->container, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    if (index < 0 || (reader->container->streams[index]->disposition & AV_DISPOSITION_ATTACHED_PIC)) {
        snprintf(failure->message, sizeof failure->message, "%s", reader->container->iformat->name);
        return FATHOM_VIDEO_NO_STREAM;
    }
    reader->stream = reader->container->streams[index];
    for (unsigned i = 0; i < reader->container->nb_streams; i++)
        if ((int)i != index) reader->container->streams[i]->discard = AVDISCARD_ALL;
    const AVCodecParameters *parameters = reader->stream->codecpar;
    if ((int64_t)parameters->width * parameters->height > most_pixels) {
        snprintf(failure->message, sizeof failure->message, "%d × %d", parameters->width, parameters->height);
        return FATHOM_VIDEO_TOO_LARGE;
    }
    if (parameters->codec_id == AV_CODEC_ID_NONE)
        return fail(reader, AVERROR_INVALIDDATA, "its video stream has no known codec", failure);
    const AVCodec *codec = avcodec_find_decoder(parameters->codec_id);
    if (!codec) {
        snprintf(failure->message, sizeof failure->message, "%s", avcodec_get_name(parameters->codec_id));
        return FATHOM_VIDEO_NO_CODEC;
    }
    reader->decoder = avcodec_alloc_context3(codec);
    if (!reader->decoder) return fail(reader, AVERROR(ENOMEM), "no decoder", failure);
    status = avcodec_parameters_to_context(reader->decoder, parameters);
    reader->decoder->pkt_timebase = reader->stream->time_base;
    reader->decoder->flags |= AV_CODEC_FLAG_BITEXACT;
    reader->decoder->max_pixels = most_pixels;
    reader->decoder->thread_count = 2;
    reader->decoder->thread_type = careful ? FF_THREAD_SLICE : FF_THREAD_SLICE | FF_THREAD_FRAME;
    reader->decoder->opaque = &reader->complaints;
    if (status >= 0) status = avcodec_open2(reader->decoder, codec, NULL);
    return status < 0 ? fail(reader, status, "the decoder does not accept the stream", failure) : FATHOM_VIDEO_OK;
}

static void gather(const fathom_video_reader *reader, fathom_video_facts *facts) {
    AVFormatContext *container = reader->container;
    AVStream *stream = reader->stream;
    AVRational pixel = av_guess_sample_aspect_ratio(container, stream, reader->frame);
    AVRational rate = av_guess_frame_rate(container, stream, NULL);
    int square = pixel.num <= 0 || pixel.den <= 0, unknown = rate.num <= 0 || rate.den <= 0;
    if (stream->avg_frame_rate.num > 0 && stream->avg_frame_rate.den > 0) rate = stream->avg_frame_rate, unknown = 0;
    enum AVColorTransferCharacteristic transfer = reader->frame->color_trc;
    const char *format = av_get_pix_fmt_name(reader->frame->format);
    *facts = (fathom_video_facts){
        .width = reader->frame->width,
        .height = reader->frame->height,
        .orientation = orientation(reader),
        .pixel_width = square ? 1 : pixel.num,
        .pixel_height = square ? 1 : pixel.den,
        .time_numerator = stream->time_base.num,
        .time_denominator = stream->time_base.den,
        .rate_numerator = unknown ? 0 : rate.num,
        .rate_denominator = unknown ? 1 : rate.den,
        .frame_count = stream->nb_frames > 0 ? stream->nb_frames : 0,
        .duration = stream->duration > 0       ? stream->duration * av_q2d(stream->time_base)
                    : container->duration > 0 ? container->duration / (double)AV_TIME_BASE
                                              : 0,
        .indexed = strstr(container->iformat->name, "mp4") || strstr(container->iformat->name, "matroska"),
        .high_dynamic_range = transfer == AVCOL_TRC_SMPTE2084 || transfer == AVCOL_TRC_ARIB_STD_B67,
        .gray16 = reader->frame->format == AV_PIX_FMT_GRAY16,
        .container = container->iformat->name,
        .codec = avcodec_get_name(stream->codecpar->codec_id),
        .pixel_format = format ? format : "unknown",
    };
}

int fathom_video_reader_open(
    const char *path, int64_t most_pixels, int careful, int (*interrupted)(void), fathom_video_reader **result,
    fathom_video_facts *facts, fathom_video_frame *first, fathom_video_failure *failure) {
    fathom_video_log_begin();
    *result = NULL;
    fathom_video_reader *reader = calloc(1, sizeof *reader);
    if (!reader) return FATHOM_VIDEO_NO_MEMORY;
    reader->interrupted = interrupted;
    reader->packet = av_packet_alloc();
    reader->frame = av_frame_alloc();
    int status = reader->packet && reader->frame ? open_container(reader, path, failure) : FATHOM_VIDEO_NO_MEMORY;
    if (status == FATHOM_VIDEO_OK) status = open_decoder(reader, most_pixels, careful, failure);
    if (status == FATHOM_VIDEO_OK) status = fathom_video_reader_next(reader, first, failure);
    if (status == FATHOM_VIDEO_END) {
        fail(reader, AVERROR_INVALIDDATA, avcodec_get_name(reader->stream->codecpar->codec_id), failure);
    } else if (status == FATHOM_VIDEO_OK) {
        reader->width = reader->frame->width;
        reader->height = reader->frame->height;
        gather(reader, facts);
        *result = reader;
        return FATHOM_VIDEO_OK;
    }
    fathom_video_reader_close(reader);
    return status;
}

void fathom_video_reader_damage(const fathom_video_reader *reader, fathom_video_damage *damage) {
    *damage = reader->damage;
    damage->complaints = atomic_load(&reader->complaints);
}

int fathom_video_reader_metadata(const fathom_video_reader *reader, int index, const char **key, const char **value) {
    AVDictionaryEntry *entry = NULL;
    for (int i = 0; i <= index; i++)
        if (!(entry = av_dict_get(reader->container->metadata, "", entry, AV_DICT_IGNORE_SUFFIX))) return 0;
    *key = entry->key;
    *value = entry->value;
    return 1;
}

void fathom_video_reader_close(fathom_video_reader *reader) {
    avcodec_free_context(&reader->decoder);
    // A context that was never opened has no input to close.
    if (reader->container && reader->container->iformat) avformat_close_input(&reader->container);
    avformat_free_context(reader->container);
    avio_closep(&reader->file);
    av_packet_free(&reader->packet);
    av_frame_free(&reader->frame);
    sws_freeContext(reader->scaler);
    free(reader);
}
