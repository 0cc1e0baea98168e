#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
#include <string.h>

#include "VideoLog.h"
#include "VideoReaderState.h"

// The formats whose names say "full range" are the plain ones with the range told apart.
static int plain_format(int format, int *full_range) {
    *full_range = 1;
    switch (format) {
    case AV_PIX_FMT_YUVJ420P: return AV_PIX_FMT_YUV420P;
    case AV_PIX_FMT_YUVJ422P: return AV_PIX_FMT_YUV422P;
    case AV_PIX_FMT_YUVJ444P: return AV_PIX_FMT_YUV444P;
    case AV_PIX_FMT_YUVJ440P: return AV_PIX_FMT_YUV440P;
    case AV_PIX_FMT_YUVJ411P: return AV_PIX_FMT_YUV411P;
    default: *full_range = 0; return format;
    }
}

// The matrix that the stream names, else the custom: BT.709 for high definition, BT.601 below.
static int color_matrix(const AVFrame *frame) {
    switch (frame->colorspace) {
    case AVCOL_SPC_BT709: return SWS_CS_ITU709;
    case AVCOL_SPC_FCC: return SWS_CS_FCC;
    case AVCOL_SPC_SMPTE240M: return SWS_CS_SMPTE240M;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL: return SWS_CS_BT2020;
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M: return SWS_CS_ITU601;
    default: return frame->width >= 1280 || frame->height > 576 ? SWS_CS_ITU709 : SWS_CS_ITU601;
    }
}

int fathom_video_reader_planes(const fathom_video_reader *reader, fathom_video_planes *planes) {
    const AVFrame *frame = reader->frame;
    int named_full;
    if (plain_format(frame->format, &named_full) != AV_PIX_FMT_YUV420P) return 0;
    *planes = (fathom_video_planes){
        .luma = frame->data[0],
        .u = frame->data[1],
        .v = frame->data[2],
        .luma_stride = frame->linesize[0],
        .u_stride = frame->linesize[1],
        .v_stride = frame->linesize[2],
        .full_range = named_full || frame->color_range == AVCOL_RANGE_JPEG,
        .centered = frame->chroma_location == AVCHROMA_LOC_CENTER,
    };
    switch (color_matrix(frame)) {
    case SWS_CS_ITU709: planes->red_share = 0.2126, planes->blue_share = 0.0722; break;
    case SWS_CS_BT2020: planes->red_share = 0.2627, planes->blue_share = 0.0593; break;
    case SWS_CS_SMPTE240M: planes->red_share = 0.212, planes->blue_share = 0.087; break;
    case SWS_CS_FCC: planes->red_share = 0.3, planes->blue_share = 0.11; break;
    default: planes->red_share = 0.299, planes->blue_share = 0.114;
    }
    return 1;
}

int fathom_video_reader_pixels(fathom_video_reader *reader, uint8_t *target, fathom_video_failure *failure) {
    fathom_video_log_begin();
    const AVFrame *frame = reader->frame;
    int named_full;
    int format = plain_format(frame->format, &named_full);
    int full_range = named_full || frame->color_range == AVCOL_RANGE_JPEG;
    int space = color_matrix(frame);
    int is_other = reader->scaler_format != format || reader->scaler_space != space || reader->scaler_full_range != full_range;
    if (reader->scaler && is_other) {
        sws_freeContext(reader->scaler);
        reader->scaler = NULL;
    }
    if (!reader->scaler) {
        int flags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_BITEXACT;
        reader->scaler = sws_getContext(
            frame->width, frame->height, format, frame->width, frame->height, AV_PIX_FMT_RGB24, flags, NULL, NULL, NULL);
        if (!reader->scaler) return fathom_video_fail(AVERROR(ENOSYS), "the pixel format cannot be converted to RGB", failure);
        const int *matrix = sws_getCoefficients(space);
        sws_setColorspaceDetails(reader->scaler, matrix, full_range, matrix, 1, 0, 1 << 16, 1 << 16);
        reader->scaler_format = format;
        reader->scaler_space = space;
        reader->scaler_full_range = full_range;
    }
    uint8_t *rows[4] = {target, NULL, NULL, NULL};
    int strides[4] = {3 * frame->width, 0, 0, 0};
    const uint8_t *const *source = (const uint8_t *const *)frame->data;
    int status = sws_scale(reader->scaler, source, frame->linesize, 0, frame->height, rows, strides);
    if (status < 0) return fathom_video_fail(status, "the frame could not be converted to RGB", failure);
    return FATHOM_VIDEO_OK;
}

int fathom_video_reader_gray16(fathom_video_reader *reader, uint16_t *target, fathom_video_failure *failure) {
    const AVFrame *frame = reader->frame;
    if (frame->format != AV_PIX_FMT_GRAY16)
        return fathom_video_fail(AVERROR_INVALIDDATA, "the frame is not one channel of 16 bits", failure);
    for (int y = 0; y < frame->height; y++)
        memcpy(target + (size_t)y * frame->width, frame->data[0] + (ptrdiff_t)y * frame->linesize[0], 2 * (size_t)frame->width);
    return FATHOM_VIDEO_OK;
}
