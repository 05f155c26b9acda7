/* RFC 6979 nonces in 16 lanes of AVX-512, transposed from the digests to the nonces. The loops of
 * rfc6979_lanes.h are plain C that the compiler makes vector code of under the pragma; the work is in the
 * compressions anyway. */
#include "cpu/cpu.h"
#ifdef SIGNER_X86_64
#include "sha256/sha256_impl.h"

#ifndef SIGNER_EMULATE_AVX512
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl")
#endif

#define LANES 16
#define COMPRESS(state, words) sha256_sixteen_avx512(state, (const uint32_t(*)[16])(words))
#include "rfc6979/rfc6979_lanes.h"

void rfc6979_group_avx512(const rfc6979_key *key, size_t n, const uint8_t (*digests)[32],
                          uint8_t (*nonces)[32]) {
    nonces_of_group(key, n, digests, nonces);
}

#ifndef SIGNER_EMULATE_AVX512
#pragma GCC pop_options
#endif
#endif
