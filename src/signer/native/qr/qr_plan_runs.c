/* The plan's way of the codewords through the symbol: pairs of columns from the right, upwards and downwards
 * in turn (ISO 18004 section 7.7.3), cut into runs of consecutive bits of one stream. */
#include "qr/qr_plan.h"

enum { LEFT = 1, RIGHT = 2 };

/* `n` modules from `row` downwards take every second bit of the stream, or of the reversed one, from `bit`
 * on. Cut where a word of the column ends, and so that the bits lie in eight bytes. */
static void add_run(qr_plan *plan, int reversed, unsigned bit, unsigned column, unsigned row, unsigned n) {
    unsigned half = (reversed ? QR_REVERSED_EVEN : QR_EVEN) + bit % 2;
    for (unsigned first = bit / 2; n > 0;) {
        unsigned to_word_end = 64 - row % 64, to_byte_end = 64 - first % 8;
        unsigned length = n < to_word_end ? n : to_word_end;
        length = length < to_byte_end ? length : to_byte_end;
        plan->runs[plan->n_runs++] = (qr_run){
            .first_byte = (uint16_t)(half * QR_HALF_BYTES + first / 8),
            .column = (uint8_t)column,
            .word = (uint8_t)(row / 64),
            .skip = (uint8_t)(first % 8),
            .up = (uint8_t)(64 - length),
            .down = (uint8_t)(64 - length - row % 64),
        };
        row += length;
        first += length;
        n -= length;
    }
}

/* Which columns of a pair have a free module in the row. */
static int free_columns(const qr_lines taken, unsigned row, unsigned right) {
    return (qr_module_at(taken, row, right) ? 0 : RIGHT) | (qr_module_at(taken, row, right - 1) ? 0 : LEFT);
}

/* `n` rows of a pair with the same free columns. The first bit is that of the uppermost row: in a pair read
 * upwards that of the reversed stream, where the left module comes first. */
static void add_rows(qr_plan *plan, int upwards, unsigned bit, unsigned right, unsigned row, unsigned n,
                     int columns) {
    if (columns == (LEFT | RIGHT)) {
        add_run(plan, upwards, bit + (upwards ? 1 : 0), right, row, n);
        add_run(plan, upwards, bit + (upwards ? 0 : 1), right - 1, row, n);
        return;
    }
    for (unsigned i = 0; i < n; i++) /* consecutive bits are in the even and the odd stream in turn */
        add_run(plan, upwards, bit + i, columns == RIGHT ? right : right - 1, row + i, 1);
}

/* Bits of a pair of columns, all runs in them added. `bit` is that of the pair's uppermost row. */
static unsigned add_pair(qr_plan *plan, const qr_lines taken, int upwards, unsigned bit, unsigned right) {
    unsigned first_bit = bit;
    for (unsigned row = 0, n; row < plan->side; row += n) {
        int columns = free_columns(taken, row, right);
        for (n = 1; row + n < plan->side && free_columns(taken, row + n, right) == columns;)
            n++;
        if (columns)
            add_rows(plan, upwards, bit, right, row, n, columns);
        bit += n * (unsigned)((columns & 1) + (columns >> 1));
    }
    return bit - first_bit;
}

static unsigned bits_of_pair(const qr_plan *plan, const qr_lines taken, unsigned right) {
    unsigned n = 0;
    for (unsigned row = 0; row < plan->side; row++)
        n += 2u - (unsigned)(qr_module_at(taken, row, right) + qr_module_at(taken, row, right - 1));
    return n;
}

void qr_plan_runs(qr_plan *plan, const qr_lines taken) {
    unsigned n_bits = 8 * plan->n_codewords, bit = 0;
    int upwards = 1;
    plan->n_runs = 0;
    /* The last pair is columns 1 and 0, behind which `right` wraps round; column 6 belongs to none. It is
     * read downwards, and has the remainder bits: zeros behind the stream. */
    for (unsigned right = plan->side - 1u; right < plan->side; right -= right == 8 ? 3 : 2) {
        unsigned n = bits_of_pair(plan, taken, right);
        add_pair(plan, taken, upwards, upwards ? n_bits - bit - n : bit, right);
        bit += n;
        upwards = !upwards;
    }
}
