/* From text to symbol: which implementation of the steps runs, the plans, and the choice of version and
 * mask. */
#include "cpu/cpu.h"
#include "qr/qr_impl.h"
#include "qr/qr_standard.h"
#include <string.h>

static const qr_steps *steps = &qr_portable;

struct qr_encoder {
    qr_plan plans[4][QR_VERSION_MAX]; /* by level and version - 1 */
    uint8_t ready[4][QR_VERSION_MAX]; /* whether that plan has been worked out */
    /* Of the symbol under way: */
    uint8_t data[QR_SLACK + QR_DATA_MAX + QR_SLACK], stream[QR_SLACK + QR_CODEWORDS_MAX + QR_SLACK];
    qr_lines columns, rows;
};

void qr_select(unsigned features) {
    steps = &qr_portable;
#ifdef SIGNER_X86_64
    if (features & CPU_AVX2)
        steps = &qr_avx2;
    if (features & CPU_AVX512)
        steps = &qr_avx512;
#else
    (void)features;
#endif
}

size_t qr_encoder_bytes(void) {
    return sizeof(qr_encoder);
}

void qr_encoder_init(qr_encoder *encoder) {
    memset(encoder->ready, 0, sizeof encoder->ready);
    /* Steps may read the slack. */
    memset(encoder->data, 0, sizeof encoder->data);
    memset(encoder->stream, 0, sizeof encoder->stream);
}

static int holds(unsigned version, qr_level level, size_t n) {
    return qr_text_bits(version, n) <= 8 * qr_data_codewords(version, level);
}

unsigned qr_version_for(size_t n, qr_level level) {
    for (unsigned version = 1; version <= QR_VERSION_MAX; version++)
        if (holds(version, level, n))
            return version;
    return 0;
}

static const qr_plan *plan_of(qr_encoder *encoder, unsigned version, qr_level level) {
    qr_plan *plan = &encoder->plans[level][version - 1];
    if (!encoder->ready[level][version - 1]) {
        qr_plan_init(plan, version, level);
        encoder->ready[level][version - 1] = 1;
    }
    return plan;
}

static void mask_lines(const qr_plan *plan, qr_lines lines, const qr_lines mask) {
    for (unsigned i = 0; i < plan->side; i++)
        for (unsigned word = 0; word < plan->words; word++)
            lines[i][word] ^= mask[i][word];
}

static unsigned least(const uint32_t penalty[QR_MASKS]) {
    unsigned best = 0;
    for (unsigned mask = 1; mask < QR_MASKS; mask++)
        if (penalty[mask] < penalty[best])
            best = mask;
    return best;
}

/* The mask of least penalty, put on. Patterns wider than the steps count are rare, and can only add: they are
 * counted in the best mask until a mask with all of its own is the best. */
static unsigned put_best_mask_on(const qr_plan *plan, qr_lines columns, qr_lines rows) {
    uint32_t penalty[QR_MASKS];
    unsigned complete = 0;
    steps->penalties(plan, (const uint64_t(*)[QR_WORDS])columns, (const uint64_t(*)[QR_WORDS])rows, penalty);
    for (;;) {
        unsigned mask = least(penalty);
        mask_lines(plan, rows, (const uint64_t(*)[QR_WORDS])plan->masks[mask]);
        if (complete >> mask & 1)
            return mask;
        mask_lines(plan, columns, (const uint64_t(*)[QR_WORDS])plan->masks_as_columns[mask]);
        uint32_t more =
            qr_wide_patterns(plan, (const uint64_t(*)[QR_WORDS])columns, (const uint64_t(*)[QR_WORDS])rows);
        if (more == 0)
            return mask;
        penalty[mask] += more;
        complete |= 1u << mask;
        mask_lines(plan, rows, (const uint64_t(*)[QR_WORDS])plan->masks[mask]);
        mask_lines(plan, columns, (const uint64_t(*)[QR_WORDS])plan->masks_as_columns[mask]);
    }
}

/* What callers see: whole lines, zeros past the side. */
static void finish(const qr_plan *plan, unsigned mask, const qr_lines rows, qr_symbol *out) {
    out->version = plan->version;
    out->level = plan->level;
    out->mask = (uint8_t)mask;
    out->side = plan->side;
    for (unsigned row = 0; row < plan->side; row++)
        for (unsigned word = 0; word < QR_WORDS; word++)
            out->rows[row][word] = word < plan->words ? rows[row][word] : 0;
}

static qr_status draw(qr_encoder *encoder, const qr_plan *plan, const uint8_t *text, size_t n,
                      qr_symbol *out) {
    uint8_t *data = encoder->data + QR_SLACK, *stream = encoder->stream + QR_SLACK;
    qr_status status = qr_text_codewords(plan, text, n, data);
    if (status != QR_OK)
        return status;
    steps->interleave(plan, data, stream);
    qr_place(plan, stream, encoder->columns);
    steps->transpose(plan, (const uint64_t(*)[QR_WORDS])encoder->columns, encoder->rows);
    unsigned mask = put_best_mask_on(plan, encoder->columns, encoder->rows);
    finish(plan, mask, (const uint64_t(*)[QR_WORDS])encoder->rows, out);
    return QR_OK;
}

qr_status qr_encode(qr_encoder *encoder, const uint8_t *text, size_t n, qr_level level, int raise_level,
                    qr_symbol *out) {
    if (n == 0)
        return QR_EMPTY;
    unsigned version = qr_version_for(n, level);
    if (version == 0)
        return QR_TOO_LONG;
    while (raise_level && level < QR_H && holds(version, level + 1, n))
        level++;
    return draw(encoder, plan_of(encoder, version, level), text, n, out);
}
