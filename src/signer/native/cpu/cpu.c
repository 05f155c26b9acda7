/* Which instruction sets the kernels may use on this machine. */
#include "cpu/cpu.h"

#include <stddef.h>
#include <string.h>

#ifdef SIGNER_X86_64
#include <cpuid.h>

static int has_sha_extensions(void) {
    unsigned eax, ebx, ecx, edx;
    return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && (ebx >> 29 & 1);
}

static int has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
           __builtin_cpu_supports("avx512vpopcntdq") && __builtin_cpu_supports("gfni");
}

unsigned cpu_detect(void) {
    unsigned features = 0;
    __builtin_cpu_init(); /* looks at XCR0 too: what the operating system does not save is not offered */
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi") ||
        !__builtin_cpu_supports("bmi2") || !__builtin_cpu_supports("pclmul"))
        return 0;
    features |= CPU_AVX2;
    if (has_sha_extensions())
        features |= CPU_SHANI;
    if (!has_avx512())
        return features;
    features |= CPU_AVX512;
    if (__builtin_cpu_supports("avx512ifma"))
        features |= CPU_IFMA;
    return features;
}
#else
unsigned cpu_detect(void) {
    return 0;
}
#endif

static const struct {
    const char *name;
    unsigned gone; /* what cannot be used without it */
} LEVELS[] = {
    {"ifma", CPU_IFMA},
    {"avx512", CPU_IFMA | CPU_AVX512},
    {"avx2", CPU_IFMA | CPU_AVX512 | CPU_AVX2 | CPU_SHANI},
    {"shani", CPU_SHANI},
};
enum { N_LEVELS = sizeof LEVELS / sizeof LEVELS[0] };

/* The index in LEVELS of the name text[0..length), or N_LEVELS. */
static size_t level_index(const char *text, size_t length) {
    size_t i = 0;
    while (i < N_LEVELS && (strlen(LEVELS[i].name) != length || memcmp(LEVELS[i].name, text, length) != 0))
        i++;
    return i;
}

unsigned cpu_without(unsigned features, const char *disabled) {
    while (disabled && *disabled) {
        size_t length = strcspn(disabled, ",");
        size_t i = level_index(disabled, length);
        if (i < N_LEVELS)
            features &= ~LEVELS[i].gone;
        disabled += length + (disabled[length] == ',');
    }
    return features;
}

const char *cpu_unknown(const char *disabled, unsigned long *length) {
    while (disabled && *disabled) {
        *length = strcspn(disabled, ",");
        if (*length != 0 && level_index(disabled, *length) == N_LEVELS)
            return disabled;
        disabled += *length + (disabled[*length] == ',');
    }
    return NULL;
}

const char *cpu_level(unsigned features) {
    return features & CPU_IFMA     ? "ifma"
           : features & CPU_AVX512 ? "avx512"
           : features & CPU_AVX2   ? "avx2"
                                   : "portable";
}
