#include "CReport.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char style[] = {
#embed "report.css" suffix(, 0)
};

static const unsigned char script[] = {
#embed "dom.js"
#embed "timeline.js" prefix(,)
#embed "player.js" prefix(,)
#embed "viewer.js" prefix(,)
#embed "report.js" prefix(,) suffix(, 0)
};

const char *fathom_report_style(void) { return (const char *)style; }

const char *fathom_report_script(void) { return (const char *)script; }
