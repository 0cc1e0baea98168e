// Starting another program.
#ifndef SPAWN_H
#define SPAWN_H
#include <sys/types.h>

/// What a started program works with; the descriptors become its standard ones.
struct fathom_surroundings {
    /// Working folder; null for this process's own.
    const char *folder;
    int input, output, errors;
};

/// Starts the program in the file `path`, in a process group of its own and with the usual actions of all signals. It is
/// killed when the calling thread ends, and so with this process however that ends.
///
/// Returns its process id, or -1 with the reason in errno.
pid_t fathom_spawn(
    const char *path, char *const arguments[], char *const environment[], struct fathom_surroundings surroundings);

/// Makes a pipe whose ends, for reading and for writing, no program that is started inherits. Returns 0, or -1 with the reason
/// in errno.
int fathom_pipe(int ends[2]);
#endif
