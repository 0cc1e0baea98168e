// Why a call about a video failed.
#ifndef VIDEO_FAILURE_H
#define VIDEO_FAILURE_H

enum {
    FATHOM_VIDEO_OK = 0,
    /// No frame is left.
    FATHOM_VIDEO_END = 1,
    /// The content is not what it should be; the message says why.
    FATHOM_VIDEO_INVALID = 2,
    /// The file has streams, none of them video.
    FATHOM_VIDEO_NO_STREAM = 3,
    /// The library lacks the codec that the message names.
    FATHOM_VIDEO_NO_CODEC = 4,
    /// The frame is of another size than those before.
    FATHOM_VIDEO_SIZE_CHANGED = 5,
    /// Reading or writing failed; `system_error` is the errno.
    FATHOM_VIDEO_IO = 6,
    FATHOM_VIDEO_NO_MEMORY = 7,
    FATHOM_VIDEO_INTERRUPTED = 8,
    /// Frames have more pixels than the caller accepts.
    FATHOM_VIDEO_TOO_LARGE = 9,
};

typedef struct {
    int system_error;
    /// What the library said, without a full stop.
    char message[256];
} fathom_video_failure;
#endif
