#include "CZlib.h"
#include <limits.h>
#include <string.h>
#include <zlib.h>

size_t fathom_deflate_bound(size_t count) { return compressBound(count) + 16; }

size_t fathom_deflate(const uint8_t *source, size_t count, uint8_t *target, size_t capacity, int level, int raw) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    if (deflateInit2(&stream, level, Z_DEFLATED, raw ? -15 : 15, 8, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
    size_t in = 0, out = 0;
    int status = Z_OK;
    while (status == Z_OK) {
        size_t in_left = count - in, out_left = capacity - out;
        uInt give = in_left > UINT_MAX ? UINT_MAX : (uInt)in_left;
        uInt room = out_left > UINT_MAX ? UINT_MAX : (uInt)out_left;
        stream.next_in = (Bytef *)(source + in);
        stream.avail_in = give;
        stream.next_out = target + out;
        stream.avail_out = room;
        status = deflate(&stream, give == in_left ? Z_FINISH : Z_NO_FLUSH);
        in += give - stream.avail_in;
        out += room - stream.avail_out;
        if (out == capacity && status != Z_STREAM_END) break;
    }
    deflateEnd(&stream);
    return status == Z_STREAM_END ? out : 0;
}

ptrdiff_t fathom_inflate(const uint8_t *source, size_t count, uint8_t *target, size_t capacity, int raw) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    if (inflateInit2(&stream, raw ? -15 : 15) != Z_OK) return -1;
    size_t in = 0, out = 0;
    int status = Z_OK;
    uint8_t spill;
    while (status == Z_OK) {
        size_t in_left = count - in, out_left = capacity - out;
        uInt give = in_left > UINT_MAX ? UINT_MAX : (uInt)in_left;
        uInt room = out_left > UINT_MAX ? UINT_MAX : (uInt)out_left;
        stream.next_in = (Bytef *)(source + in);
        stream.avail_in = give;
        stream.next_out = room ? target + out : &spill;
        stream.avail_out = room ? room : 1;
        uInt offered = stream.avail_out;
        status = inflate(&stream, Z_NO_FLUSH);
        in += give - stream.avail_in;
        uInt produced = offered - stream.avail_out;
        if (room == 0 && produced > 0) { status = Z_BUF_ERROR; break; }
        out += produced;
        if (give == stream.avail_in && produced == 0 && status == Z_OK) status = Z_BUF_ERROR;
    }
    inflateEnd(&stream);
    return status == Z_STREAM_END ? (ptrdiff_t)out : -1;
}

uint32_t fathom_crc32(uint32_t crc, const uint8_t *source, size_t count) {
    uLong value = crc;
    while (count > 0) {
        uInt step = count > UINT_MAX ? UINT_MAX : (uInt)count;
        value = crc32(value, source, step);
        source += step;
        count -= step;
    }
    return (uint32_t)value;
}
