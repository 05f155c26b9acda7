/* RFC 6979 nonces two at a time, in portable C around the SHA-256 that is chosen: SHA-NI runs two streams for
 * little more than the price of one. */
#include "sha256/sha256_impl.h"

#define LANES 2
#define COMPRESS(state, words) sha256_compress_two(state, (const uint32_t(*)[2])(words))
#include "rfc6979/rfc6979_lanes.h"

void rfc6979_group_portable(const rfc6979_key *key, size_t n, const uint8_t (*digests)[32],
                            uint8_t (*nonces)[32]) {
    nonces_of_group(key, n, digests, nonces);
}
