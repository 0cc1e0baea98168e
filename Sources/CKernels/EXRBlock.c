#include "EXRBlock.h"
#include <string.h>
#include "KernelTargets.h"

FATHOM_KERNEL
void fathom_exr_predict(const uint8_t *restrict samples, size_t count, uint8_t *restrict out) {
    size_t even = (count + 1) / 2, odd = count / 2;
    if (count == 0) return;
    out[0] = samples[0];
    for (size_t i = 1; i < even; i++) out[i] = (uint8_t)(samples[2 * i] - samples[2 * i - 2] + 128);
    if (odd > 0) out[even] = (uint8_t)(samples[1] - samples[2 * even - 2] + 128);
    for (size_t i = 1; i < odd; i++) out[even + i] = (uint8_t)(samples[2 * i + 1] - samples[2 * i - 1] + 128);
}

FATHOM_KERNEL
void fathom_exr_unpredict(uint8_t *restrict differences, size_t count, uint8_t *restrict samples) {
    size_t even = (count + 1) / 2, odd = count / 2;
    uint8_t sum = 128;
    for (size_t i = 0; i < count; i++) differences[i] = sum = (uint8_t)(sum + differences[i] - 128);
    for (size_t i = 0; i < odd; i++) {
        samples[2 * i] = differences[i];
        samples[2 * i + 1] = differences[even + i];
    }
    if (even > odd) samples[count - 1] = differences[even - 1];
}

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
