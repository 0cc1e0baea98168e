// What the library says goes into error messages, never to the terminal.
#ifndef VIDEO_LOG_H
#define VIDEO_LOG_H
#include "VideoFailure.h"

/// Silences the library and forgets what it said on this thread. Errors of a codec context whose `opaque` is an `atomic_int` are
/// counted there.
void fathom_video_log_begin(void);

/// Whether the library told of an error on this thread since `fathom_video_log_begin`.
int fathom_video_log_has_error(void);

/// Fills `failure` from a library status and the last error line of this thread; returns the status for it.
int fathom_video_fail(int library_status, const char *what, fathom_video_failure *failure);
#endif
