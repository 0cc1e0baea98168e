#include "CFuzzGuard.h"
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "Allocations.h"

// What the watched call of this thread is and how much it holds.
static __thread struct {
    char label[160];
    int watching;
    int64_t held, peak;
    int has_timer;
    timer_t timer;
} call;

void fathom_count_allocation(size_t bytes) {
    if (!call.watching) return;
    call.held += (int64_t)bytes;
    if (call.held > call.peak) call.peak = call.held;
}

// What was there before the call may be freed by it; that makes no room for more.
void fathom_count_release(size_t bytes) {
    if (!call.watching) return;
    call.held -= (int64_t)bytes;
    if (call.held < 0) call.held = 0;
}

static void say(const char *what) {
    static const char start[] = "\nwhile reading ";
    if (!call.watching) return;
    (void)!write(STDERR_FILENO, start, sizeof start - 1);
    (void)!write(STDERR_FILENO, call.label, strlen(call.label));
    (void)!write(STDERR_FILENO, what, strlen(what));
}

// What handled each signal before: Swift prints a backtrace of traps.
static struct sigaction before[NSIG];

static void crashed(int signal_number) {
    say(signal_number == SIGPROF ? ": no end in sight\n" : ": crash\n");
    if (signal_number == SIGPROF) abort();
    sigaction(signal_number, &before[signal_number], NULL);
}

static void handle(int signal_number) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = crashed;
    sigaction(signal_number, &action, &before[signal_number]);
}

#if __has_feature(address_sanitizer)
#include <sanitizer/allocator_interface.h>
#include <sanitizer/common_interface_defs.h>

static void died(void) { say(": see the report above\n"); }
static void allocated(const volatile void *block, size_t bytes) { (void)block; fathom_count_allocation(bytes); }
static void released(const volatile void *block) {
    if (call.watching && block) fathom_count_release(__sanitizer_get_allocated_size(block));
}
#endif

static void install(void) {
    handle(SIGILL);
    handle(SIGTRAP);
    handle(SIGPROF);
#if __has_feature(address_sanitizer)
    __sanitizer_set_death_callback(died);
    __sanitizer_install_malloc_and_free_hooks(allocated, released);
#else
    handle(SIGSEGV);
    handle(SIGBUS);
#endif
}

static void set_timer(int seconds) {
    struct itimerspec time;
    memset(&time, 0, sizeof time);
    time.it_value.tv_sec = seconds;
    if (call.has_timer) timer_settime(call.timer, 0, &time, NULL);
}

void fathom_guard_begin(const char *label, int seconds) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
    if (!call.has_timer) {
        struct sigevent event;
        memset(&event, 0, sizeof event);
        event.sigev_notify = SIGEV_THREAD_ID;
        event.sigev_signo = SIGPROF;
        event._sigev_un._tid = (int)syscall(SYS_gettid);
        call.has_timer = timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &call.timer) == 0;
    }
    strncpy(call.label, label, sizeof call.label - 1);
    call.held = call.peak = 0;
    set_timer(seconds);
    call.watching = 1;
}

size_t fathom_guard_end(void) {
    call.watching = 0;
    set_timer(0);
    return (size_t)call.peak;
}

int fathom_guard_has_address_sanitizer(void) { return __has_feature(address_sanitizer); }
