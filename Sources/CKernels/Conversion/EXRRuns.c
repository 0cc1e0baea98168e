#include "Conversion/EXRBlock.h"
#include <string.h>

int fathom_exr_expand_runs(const uint8_t *runs, size_t count, uint8_t *out, size_t capacity) {
    size_t in = 0, done = 0;
    while (in < count) {
        int code = (int8_t)runs[in++];
        size_t length = code < 0 ? (size_t)-code : (size_t)code + 1;
        size_t stored = code < 0 ? length : 1;
        if (stored > count - in || length > capacity - done) return 0;
        if (code < 0) {
            memcpy(out + done, runs + in, length);
        } else {
            memset(out + done, runs[in], length);
        }
        in += stored;
        done += length;
    }
    return done == capacity;
}
