/* What the files of this kernel share: one group of lanes from digests to nonces. */
#ifndef SIGNER_RFC6979_IMPL_H
#define SIGNER_RFC6979_IMPL_H

#include "rfc6979/rfc6979.h"

/* Nonces of 1..lanes digests. */
typedef void rfc6979_group_function(const rfc6979_key *key, size_t n, const uint8_t (*digests)[32],
                                    uint8_t (*nonces)[32]);

rfc6979_group_function rfc6979_group_portable; /* 2 lanes, on the SHA-256 that sha256_select has chosen */
rfc6979_group_function rfc6979_group_avx512;   /* 16 lanes */

#endif
