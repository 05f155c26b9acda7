/* Literals of streams side by side in portable C. */
#include "deflate/inflate_run.h"

void inflate_one_portable(inflater *lanes) {
    run_lanes(lanes, 1);
}

void inflate_all_portable(inflater *lanes) {
    run_lanes(lanes, INFLATE_LANES);
}
