#include "VideoLog.h"

#include <libavcodec/avcodec.h>
#include <libavutil/log.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static _Thread_local char last_line[160];

static void keep(void *source, int level, const char *format, va_list arguments) {
    if (level > AV_LOG_ERROR) return;
    if (source && *(const AVClass **)source == avcodec_get_class()) {
        atomic_int *complaints = ((AVCodecContext *)source)->opaque;
        if (complaints) atomic_fetch_add(complaints, 1);
    }
    int prefix = 0;
    char line[sizeof last_line];
    av_log_format_line2(NULL, level, format, arguments, line, sizeof line, &prefix);
    size_t count = strcspn(line, "\r\n");
    while (count > 0 && (line[count - 1] == '.' || line[count - 1] == ' ')) count--;
    if (count == 0) return;
    memcpy(last_line, line, count);
    last_line[count] = 0;
}

static void silence(void) { av_log_set_callback(keep); }

void fathom_video_log_begin(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, silence);
    last_line[0] = 0;
}

int fathom_video_log_has_error(void) { return last_line[0] != 0; }

int fathom_video_fail(int status, const char *what, fathom_video_failure *failure) {
    char reason[AV_ERROR_MAX_STRING_SIZE] = "";
    av_strerror(status, reason, sizeof reason);
    failure->system_error = 0;
    snprintf(failure->message, sizeof failure->message, "%s: %s%s%s", what, reason, last_line[0] ? ", " : "", last_line);
    switch (status) {
    case AVERROR(ENOMEM): return FATHOM_VIDEO_NO_MEMORY;
    case AVERROR_EXIT: return FATHOM_VIDEO_INTERRUPTED;
    case AVERROR(EIO):
    case AVERROR(ENOSPC):
    case AVERROR(EDQUOT):
    case AVERROR(EFBIG):
    case AVERROR(EACCES):
    case AVERROR(EPERM):
    case AVERROR(EROFS): failure->system_error = AVUNERROR(status); return FATHOM_VIDEO_IO;
    default: return FATHOM_VIDEO_INVALID;
    }
}
