// A small, version-guarded door to FFmpeg 5 to 7: decode and encode video frame by frame.
#ifndef CFFMPEG_H
#define CFFMPEG_H
#include "VideoReader.h"
#include "VideoWriter.h"

/// Versions of the libraries in use, "avformat 59.27.100, avcodec …"; static storage.
const char *fathom_video_versions(void);

#endif
