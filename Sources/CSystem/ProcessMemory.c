#include "ProcessMemory.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int64_t bytes(const char *text, const char *name) {
    const char *line = strstr(text, name);
    return line ? strtoll(line + strlen(name), 0, 10) * 1024 : 0;
}

struct fathom_memory fathom_process_memory(void) {
    // Unlike ru_maxrss, this does not count what was there before exec.
    char text[4096];
    int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    ssize_t count = file < 0 ? 0 : read(file, text, sizeof text - 1);
    if (file >= 0) close(file);
    text[count < 0 ? 0 : count] = 0;
    struct fathom_memory memory = {bytes(text, "VmRSS:"), bytes(text, "VmHWM:")};
    return memory;
}
