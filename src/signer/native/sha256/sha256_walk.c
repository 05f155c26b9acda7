/* Walks messages of any lengths over the lanes of a compression function: padding, FIPS 180-4 section 5.1.1,
 * and a lane that ends a message takes the next, so that lanes idle only at the end of a job. */
#include "cpu/wipe.h"
#include "sha256/sha256_impl.h"

/* Where the lanes stand. `next` is the message that the next free lane takes; tail and message_of are by
 * lane. */
typedef struct {
    size_t lanes, next, n_active;
    const uint8_t *at[SHA256_MAX_LANES]; /* next block */
    size_t run[SHA256_MAX_LANES];        /* blocks that lie together from there on; 0 in an idle lane */
    size_t n_tail[SHA256_MAX_LANES];     /* blocks in the tail, while they are still to come, else 0 */
    size_t message_of[SHA256_MAX_LANES];
    uint8_t tail[SHA256_MAX_LANES][128];
    uint32_t state[8 * SHA256_MAX_LANES] __attribute__((aligned(64)));
} walk;

static void store_big_endian(uint8_t *out, uint32_t word) {
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(word >> (24 - 8 * i));
}

/* Writes what follows the whole blocks of a message, padded, and gives the number of blocks: 1 or 2. */
static size_t write_tail(uint8_t tail[128], const uint8_t *message, uint32_t length, uint32_t absorbed) {
    const size_t rest = length % 64, n_blocks = rest < 56 ? 1 : 2;
    const uint64_t bits = 8 * ((uint64_t)absorbed + length);
    memset(tail, 0, 128);
    if (rest != 0)
        memcpy(tail, message + (length - rest), rest);
    tail[rest] = 0x80;
    store_big_endian(tail + 64 * n_blocks - 8, (uint32_t)(bits >> 32));
    store_big_endian(tail + 64 * n_blocks - 4, (uint32_t)bits);
    return n_blocks;
}

/* Moves a lane from the whole blocks of its message to the tail. */
static void turn_to_tail(walk *w, size_t lane) {
    w->at[lane] = w->tail[lane];
    w->run[lane] = w->n_tail[lane];
    w->n_tail[lane] = 0;
}

static void take_message(walk *w, const sha256_job *job, size_t lane) {
    const size_t message = w->next++;
    const uint32_t length = job->lengths[message];
    w->message_of[lane] = message;
    w->n_tail[lane] = write_tail(w->tail[lane], job->messages[message], length, job->start.absorbed);
    w->at[lane] = job->messages[message];
    w->run[lane] = length / 64;
    for (size_t i = 0; i < 8; i++)
        w->state[i * w->lanes + lane] = job->start.state[i];
    if (w->run[lane] == 0)
        turn_to_tail(w, lane);
}

/* Gives out the digest of a lane's message and the next message to the lane. */
static void end_message(walk *w, const sha256_job *job, size_t lane) {
    for (size_t i = 0; i < 8; i++)
        store_big_endian(job->digests[w->message_of[lane]] + 4 * i, w->state[i * w->lanes + lane]);
    if (w->next < job->n)
        take_message(w, job, lane);
    else
        w->n_active--;
}

/* Gives the blocks that every active lane has together, and lets idle lanes follow an active one. */
static size_t common_run(walk *w) {
    size_t run = SIZE_MAX, active = 0;
    for (size_t lane = 0; lane < w->lanes; lane++)
        if (w->run[lane] != 0 && w->run[lane] < run)
            run = w->run[lane], active = lane;
    if (w->n_active < w->lanes)
        for (size_t lane = 0; lane < w->lanes; lane++)
            if (w->run[lane] == 0)
                w->at[lane] = w->at[active];
    return run;
}

static void advance(walk *w, const sha256_job *job, size_t run) {
    for (size_t lane = 0; lane < w->lanes; lane++) {
        if (w->run[lane] == 0)
            continue;
        w->at[lane] += 64 * run;
        w->run[lane] -= run;
        if (w->run[lane] != 0)
            continue;
        if (w->n_tail[lane] != 0)
            turn_to_tail(w, lane);
        else
            end_message(w, job, lane);
    }
}

void sha256_walk(const sha256_job *job, size_t lanes, sha256_blocks_function *compress) {
    walk w;
    w.lanes = lanes;
    w.next = 0;
    w.n_active = job->n < lanes ? job->n : lanes;
    memset(w.run, 0, sizeof w.run);
    for (size_t lane = 0; lane < w.n_active; lane++)
        take_message(&w, job, lane);
    while (w.n_active != 0) {
        const size_t run = common_run(&w);
        compress(w.state, w.at, run);
        advance(&w, job, run);
    }
    wipe(w.tail, lanes * sizeof w.tail[0]);
    wipe(w.state, sizeof w.state);
}
