#include "CFFmpeg.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
#include <stdio.h>

const char *fathom_video_versions(void) {
    static char text[128];
    unsigned f = avformat_version(), c = avcodec_version(), s = swscale_version();
    snprintf(text, sizeof text, "avformat %u.%u.%u, avcodec %u.%u.%u, swscale %u.%u.%u", f >> 16, f >> 8 & 255, f & 255, c >> 16,
             c >> 8 & 255, c & 255, s >> 16, s >> 8 & 255, s & 255);
    return text;
}
