#include "Interrupt.h"
#include <signal.h>
#include <string.h>

static volatile sig_atomic_t received;

// Only async-signal-safe calls; the default action back in place lets a second signal kill.
static void remember(int number) {
    received = number;
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
}

void fathom_interrupt_install(void) {
    received = 0;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = remember;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, SIGINT);
    sigaddset(&action.sa_mask, SIGTERM);
    sigaction(SIGINT, &action, 0);
    sigaction(SIGTERM, &action, 0);
}

int fathom_interrupt_signal(void) { return received; }
