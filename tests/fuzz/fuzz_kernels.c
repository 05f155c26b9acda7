/* Runs every kernel over random inputs for some seconds each, and some rounds at least.
 * Usage: fuzz_kernels SECONDS [SEED [ROUNDS]] */
#include "fuzz.h"

#include "cpu/cpu.h"
#include <inttypes.h>
#include <time.h>

static const struct {
    const char *name;
    void (*round)(unsigned features);
} KERNELS[] = {
    {"names", fuzz_names},       {"shots and cbor", fuzz_shots}, {"sha256", fuzz_sha256},
    {"deflate", fuzz_deflate},   {"base45", fuzz_base45},        {"qr", fuzz_qr},
    {"pictures", fuzz_pictures}, {"verify", fuzz_verify},        {"renew", fuzz_renew},
};

/* Levels under the processor's own; a round that is repeated at each would find the same inputs good. */
static const char *const DISABLED[] = {"", "shani", "ifma", "avx512", "avx2"};

static double now_s(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

int main(int argc, char **argv) {
    const double seconds = argc > 1 ? strtod(argv[1], NULL) : 1;
    const uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : (uint64_t)time(NULL);
    const uint64_t least_rounds = argc > 3 ? strtoull(argv[3], NULL, 0) : 0;
    printf("fuzz_kernels: seed %" PRIu64 ", level %s\n", seed, cpu_level(cpu_detect()));
    fflush(stdout);
    for (size_t i = 0; i < sizeof KERNELS / sizeof *KERNELS; i++) {
        fuzz_seed(seed + i);
        uint64_t n_rounds = 0;
        for (const double end = now_s() + seconds; n_rounds % 64 || n_rounds < least_rounds || now_s() < end;
             n_rounds++)
            KERNELS[i].round(
                cpu_without(cpu_detect(), DISABLED[n_rounds % (sizeof DISABLED / sizeof *DISABLED)]));
        printf("%-16s %10" PRIu64 " rounds\n", KERNELS[i].name, n_rounds);
        fflush(stdout);
    }
    return 0;
}
