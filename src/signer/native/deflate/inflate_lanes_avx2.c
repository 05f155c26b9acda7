/* Literals of streams side by side with BMI2, whose shifts take any register and leave the flags. */
#include "cpu/cpu.h"

#ifdef SIGNER_X86_64

#pragma GCC push_options
#pragma GCC target("bmi,bmi2")
#include "deflate/inflate_run.h"

void inflate_one_avx2(inflater *lanes) {
    run_lanes(lanes, 1);
}

void inflate_all_avx2(inflater *lanes) {
    run_lanes(lanes, INFLATE_LANES);
}

#pragma GCC pop_options
#endif
