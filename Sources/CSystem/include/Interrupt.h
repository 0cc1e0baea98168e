// A flag set by SIGINT and SIGTERM.
#ifndef INTERRUPT_H
#define INTERRUPT_H

/// Makes the first SIGINT or SIGTERM set the flag; a second one ends the process at once.
void fathom_interrupt_install(void);

/// The signal received since the last installation, or 0.
int fathom_interrupt_signal(void);
#endif
