#include "Spawn.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int fathom_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

// In the child: only async-signal-safe calls.
static void become(
    const char *path, char *const arguments[], char *const environment[], struct fathom_surroundings s, pid_t parent) {
    setpgid(0, 0);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) return;
    // The parent may have ended before that.
    if (getppid() != parent) _exit(127);
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, 0);
    if (dup2(s.input, STDIN_FILENO) < 0 || dup2(s.output, STDOUT_FILENO) < 0 || dup2(s.errors, STDERR_FILENO) < 0) return;
    if (s.folder && chdir(s.folder) < 0) return;
    execve(path, arguments, environment);
}

pid_t fathom_spawn(
    const char *path, char *const arguments[], char *const environment[], struct fathom_surroundings surroundings) {
    // Closed by a successful exec, else it carries the reason.
    int report[2];
    if (fathom_pipe(report) < 0) return -1;
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) {
        become(path, arguments, environment, surroundings, parent);
        int reason = errno;
        ssize_t written = write(report[1], &reason, sizeof reason);
        _exit(written < 0 ? 126 : 127);
    }
    int reason = errno;
    close(report[1]);
    if (child > 0) {
        ssize_t count;
        do count = read(report[0], &reason, sizeof reason);
        while (count < 0 && errno == EINTR);
        if (count == (ssize_t)sizeof reason) {
            while (waitpid(child, 0, 0) < 0 && errno == EINTR) {
            }
            child = -1;
        }
    }
    close(report[0]);
    errno = reason;
    return child;
}
