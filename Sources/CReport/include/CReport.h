// Style sheet and scripts of the page that reports a run, kept as ordinary files beside this library.
#ifndef CREPORT_H
#define CREPORT_H

/// Text that ends with a zero.
const char *fathom_report_style(void);

/// The scripts one after the other; text that ends with a zero.
const char *fathom_report_script(void);
#endif
