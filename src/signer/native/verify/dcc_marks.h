/* What the verifier in Python would mark in a certificate that dcc_read found sound. */
#ifndef SIGNER_DCC_MARKS_H
#define SIGNER_DCC_MARKS_H

#include "verify/dcc_read.h"

/* Codes of the value sets, ascending: the name of the field and the code, as `coVN`, and of a product its
 * holder behind a blank, as `mpEU/1/20/1528 ORG-100030215`. Code i is bytes[offsets[i]..offsets[i + 1]). */
typedef struct {
    const int32_t *offsets;
    const uint8_t *bytes;
    size_t n;
} dcc_value_sets;

/* Gives 1 where all codes are listed, and the event lies not after the day that follows the issue. What else
 * is marked dcc_read does not take. */
int dcc_is_unmarked(const dcc_claims *claims, const dcc_value_sets *sets);

#endif
