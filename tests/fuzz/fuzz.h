/* Random inputs for the kernels, in buffers of exactly their size, so that the sanitizers see every byte too
 * far. */
#ifndef SIGNER_FUZZ_H
#define SIGNER_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Ends the run where a kernel broke its contract; the driver has printed the seed. */
#define CHECK(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                  \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)

#define FUZZ_MAX_BYTES 4096 /* of a text from the functions below */

typedef struct {
    uint8_t *bytes; /* from malloc; NULL where a table would hold null */
    size_t length;
} fuzz_text;

/* Starts the generator anew. */
void fuzz_seed(uint64_t seed);

/* A number under `n`. */
uint32_t fuzz_under(uint32_t n);

/* An allocated copy of exactly this length; a length of 0 gives a byte that must not be read. */
uint8_t *fuzz_exact(const void *bytes, size_t length);

/* `length` random bytes; one time in four of few different values. */
fuzz_text fuzz_bytes(size_t length);

/* One of `n` samples with no, one or a few edits: bytes changed, put in, cut off, doubled. */
fuzz_text fuzz_edited(const char *const *samples, uint32_t n);

/* Many of `n` pieces in a row, then edited. */
fuzz_text fuzz_assembled(const char *const *pieces, uint32_t n);

/* Bytes of the zlib stream stream[0..length), which has one block with codes of its own; gives their number,
 * `room` at most. */
size_t fuzz_inflate(const uint8_t *stream, size_t length, uint8_t *out, size_t room);

/* One round each of a kernel, at the CPU features `features` and in portable C. */
void fuzz_names(unsigned features);
void fuzz_shots(unsigned features);
void fuzz_sha256(unsigned features);
void fuzz_deflate(unsigned features);
void fuzz_base45(unsigned features);
void fuzz_qr(unsigned features);
void fuzz_pictures(unsigned features);
void fuzz_verify(unsigned features);
void fuzz_renew(unsigned features);

#endif
