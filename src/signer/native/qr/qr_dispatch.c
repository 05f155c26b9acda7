/* From text to symbol: which implementation of the steps runs, the plans, and the choice of version and
 * mask. */
#include "cpu/cpu.h"
#include "qr/qr_impl.h"
#include "qr/qr_standard.h"
#include <string.h>

/* In C arrays of arrays do not become const by themselves. */
#define READ(lines) ((const uint64_t(*)[QR_WORDS])(lines))

static const qr_steps *steps = &qr_portable;

struct qr_encoder {
    qr_plan plans[4][QR_VERSION_MAX]; /* by level and version - 1 */
    uint8_t ready[4][QR_VERSION_MAX]; /* whether that plan has been worked out */
    /* Of the symbol under way: */
    uint8_t data[QR_SLACK + QR_DATA_MAX + QR_SLACK], stream[QR_SLACK + QR_CODEWORDS_MAX + QR_SLACK];
    qr_lines columns, rows, masked_columns;
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

static void mask_lines(const qr_plan *plan, const qr_lines lines, const qr_lines mask, qr_lines masked) {
    for (size_t i = 0; i < plan->side; i++)
        for (size_t word = 0; word < QR_WORDS; word++)
            masked[i][word] = lines[i][word] ^ mask[i][word];
}

static unsigned least(const uint32_t penalty[QR_MASKS]) {
    unsigned best = 0;
    for (unsigned mask = 1; mask < QR_MASKS; mask++)
        if (penalty[mask] < penalty[best])
            best = mask;
    return best;
}

/* The symbol with the mask of least penalty. Patterns wider than the steps count are rare, and can only add:
 * they are counted in the best mask until a mask with all of its own is the best. */
static unsigned put_best_mask_on(const qr_plan *plan, qr_encoder *encoder, qr_lines rows) {
    uint32_t penalty[QR_MASKS];
    unsigned complete = 0;
    steps->penalties(plan, READ(encoder->columns), READ(encoder->rows), penalty);
    for (;;) {
        unsigned mask = least(penalty);
        mask_lines(plan, READ(encoder->rows), READ(plan->masks[mask]), rows);
        if (complete >> mask & 1)
            return mask;
        mask_lines(plan, READ(encoder->columns), READ(plan->masks_as_columns[mask]), encoder->masked_columns);
        uint32_t more = steps->wide_patterns(plan, READ(encoder->masked_columns), READ(rows));
        if (more == 0)
            return mask;
        penalty[mask] += more;
        complete |= 1u << mask;
    }
}

static qr_status draw(qr_encoder *encoder, const qr_plan *plan, const uint8_t *text, size_t n,
                      qr_symbol *out) {
    uint8_t *data = encoder->data + QR_SLACK, *stream = encoder->stream + QR_SLACK;
    qr_status status = qr_text_codewords(plan, text, n, data);
    if (status != QR_OK)
        return status;
    steps->interleave(plan, data, stream);
    steps->place(plan, stream, encoder->columns);
    steps->transpose(plan, READ(encoder->columns), encoder->rows);
    out->version = plan->version;
    out->level = plan->level;
    out->side = plan->side;
    out->mask = (uint8_t)put_best_mask_on(plan, encoder, out->rows);
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
