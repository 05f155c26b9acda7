/* Which instruction sets the kernels may use on this machine. */
#ifndef SIGNER_CPU_H
#define SIGNER_CPU_H

#if defined(__x86_64__) && defined(__GNUC__) && !defined(SIGNER_PORTABLE_ONLY)
#define SIGNER_X86_64 1
#endif

#define CPU_SHANI 1u /* SHA extensions */
#define CPU_AVX2 2u  /* AVX2, BMI1, BMI2, PCLMULQDQ */
/* AVX-512 F, BW, DQ, VL, VBMI, VBMI2, VPOPCNTDQ, and GFNI: Ice Lake, Zen 4 and later; implies CPU_AVX2. */
#define CPU_AVX512 4u
#define CPU_IFMA 8u /* AVX512-IFMA; implies CPU_AVX512 */

/* The features of this processor and operating system, as CPU_ bits. */
unsigned cpu_detect(void);

/* `features` without those named in `disabled`, a comma-separated list of ifma, avx512, avx2 and shani, or
 * NULL. Levels are ordered: without avx512 there is no ifma; without avx2 nothing is left but portable C. An
 * unknown name turns nothing off; cpu_unknown tells. */
unsigned cpu_without(unsigned features, const char *disabled);

/* The first name in `disabled` that is none of ours, with its length in *length, or NULL. */
const char *cpu_unknown(const char *disabled, unsigned long *length);

/* "ifma", "avx512", "avx2" or "portable": the highest level in `features`. */
const char *cpu_level(unsigned features);

#endif
