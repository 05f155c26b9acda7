/* Holds every accelerated kernel against its portable twin on the processor that this runs on, and against
 * RFC 6979 A.2.5. Needs nothing but itself, for a machine without Python. Usage: selftest [LEVELS TURNED OFF]
 */
#include "base45/base45.h"
#include "cpu/cpu.h"
#include "deflate/deflate.h"
#include "p256/p256.h"
#include "qr/qr.h"
#include "rfc6979/rfc6979.h"
#include "sha256/sha256.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH_MAX = 600, MESSAGE_MAX = 400, OUTPUT_MAX = BATCH_MAX * (MESSAGE_MAX * 2 + 256) };
enum { TEXT_MAX = 4296 }; /* the longest of a QR symbol: version 40, level L */

/* One batch of input, and what a kernel makes of it. */
typedef struct {
    size_t n;
    uint8_t scalar[32], order[32];
    uint8_t bytes[BATCH_MAX][MESSAGE_MAX];
    const uint8_t *messages[BATCH_MAX];
    uint32_t lengths[BATCH_MAX];
    uint8_t digests[BATCH_MAX][32], nonces[BATCH_MAX][32];
} batch;

/* Writes what the kernel gives for the batch and tells how many bytes that is. */
typedef size_t kernel_function(const batch *in, uint8_t *output);

static unsigned features, n_passed, n_failed;
static void *scratch; /* of p256_sign */

static void check(int good, const char *name, size_t n) {
    n_passed += good != 0;
    n_failed += good == 0;
    if (!good)
        printf("FAILED: %s, %zu\n", name, n);
}

static void select_all(unsigned chosen) {
    sha256_select(chosen);
    rfc6979_select(chosen);
    p256_select(chosen);
    base45_select(chosen);
    deflate_select(chosen);
    qr_select(chosen);
}

static size_t run_sha256(const batch *in, uint8_t *output) {
    sha256_many(in->n, in->messages, in->lengths, (uint8_t(*)[32])output);
    return in->n * 32;
}

static size_t run_hmac(const batch *in, uint8_t *output) {
    hmac_sha256_key key;
    hmac_sha256_init(&key, in->bytes[0], in->lengths[0]);
    hmac_sha256_many(&key, in->n, in->messages, in->lengths, (uint8_t(*)[32])output);
    return in->n * 32;
}

static size_t run_nonces(const batch *in, uint8_t *output) {
    rfc6979_key key;
    rfc6979_init(&key, in->scalar, in->order);
    rfc6979_nonces(&key, in->n, in->digests, (uint8_t(*)[32])output);
    return in->n * 32;
}

static size_t run_p256(const batch *in, uint8_t *output) {
    uint8_t(*signatures)[64] = (uint8_t(*)[64])output;
    uint32_t n_bad = 0;
    for (size_t done = 0; done < in->n; done += P256_BATCH) {
        size_t n = in->n - done < P256_BATCH ? in->n - done : P256_BATCH;
        n_bad += (uint32_t)p256_sign(in->scalar, n, in->digests + done, in->nonces + done, signatures + done,
                                     scratch);
    }
    memcpy(signatures + in->n, &n_bad, sizeof n_bad);
    return in->n * 64 + sizeof n_bad;
}

static size_t run_base45(const batch *in, uint8_t *output) {
    uint8_t *at = output;
    for (size_t i = 0; i < in->n; i++)
        at += base45_encode(in->messages[i], in->lengths[i], at);
    return (size_t)(at - output);
}

static size_t run_zlib(const batch *in, uint8_t *output) {
    uint8_t *at = output;
    for (size_t i = 0; i < in->n; i++)
        at += zlib_compress(in->messages[i], in->lengths[i], at);
    return (size_t)(at - output);
}

static const struct {
    const char *name;
    kernel_function *run;
} KERNELS[] = {{"sha256", run_sha256},  {"hmac-sha256", run_hmac}, {"rfc6979", run_nonces},
               {"p256-sign", run_p256}, {"base45", run_base45},    {"zlib", run_zlib}};

/* xorshift64*: any stream will do, the same in every run. */
static uint64_t next_random(void) {
    static uint64_t state = 0x9e3779b97f4a7c15;
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 0x2545f4914f6cdd1d;
}

static void fill(uint8_t *to, size_t length) {
    for (size_t i = 0; i < length; i++)
        to[i] = (uint8_t)(next_random() >> 56);
}

/* Every other message is text, as zlib's trained code meets it. */
static void make_message(batch *in, size_t i) {
    in->messages[i] = in->bytes[i];
    in->lengths[i] = (uint32_t)(next_random() >> 32) % (MESSAGE_MAX + 1);
    fill(in->bytes[i], in->lengths[i]);
    for (size_t k = 0; i % 2 != 0 && k < in->lengths[i]; k++)
        in->bytes[i][k] =
            "0123456789-/:T<ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvw"[in->bytes[i][k] % 64];
}

/* Digests and nonces at the limits of p256_sign, spread over the lanes: 0, 1, 2, n - 1, n, 2^256 - 1, and the
 * nonce whose last addition doubles, n - 2 (n mod 2^128), with its negative. */
static void plant_limits(batch *in) {
    uint8_t special[8][32] = {{0}};
    static const uint8_t doubling_low[16] = {0x43, 0x19, 0x05, 0x52, 0x58, 0xe8, 0x61, 0x7b,
                                             0x0c, 0x46, 0x35, 0x3d, 0x03, 0x9c, 0xda, 0xaf};
    special[1][31] = 1;
    special[2][31] = 2;
    memcpy(special[3], RFC6979_P256_ORDER, 32);
    special[3][31]--;
    memcpy(special[4], RFC6979_P256_ORDER, 32);
    memset(special[5], 0xff, 32);
    memcpy(special[6], RFC6979_P256_ORDER, 16);
    special[6][15]--; /* the borrow of the 128 bits below */
    memcpy(special[6] + 16, doubling_low, 16);
    for (int i = 31, borrow = 0; i >= 0; i--) {
        int difference = RFC6979_P256_ORDER[i] - special[6][i] - borrow;
        special[7][i] = (uint8_t)difference;
        borrow = difference < 0;
    }
    for (size_t i = 0; i < in->n; i++) {
        if (i % 5 == 0)
            memcpy(in->nonces[i], special[i / 5 % 8], 32);
        if (i % 7 == 0)
            memcpy(in->digests[i], special[i / 7 % 6], 32);
    }
}

/* Every other batch draws its nonces under an order that half of all candidates exceed. */
static void make_batch(batch *in, size_t n) {
    in->n = n;
    for (size_t i = 0; i < n; i++)
        make_message(in, i);
    fill(in->digests[0], n * 32);
    fill(in->nonces[0], n * 32);
    fill(in->scalar, 32);
    in->scalar[0] &= 0x7f;
    memcpy(in->order, RFC6979_P256_ORDER, 32);
    if (n % 2 != 0) {
        memset(in->order, 0, 32);
        in->order[0] = 0x80;
        in->order[31] = 1;
    }
    if (n > 2)
        plant_limits(in);
}

static void compare_kernels(const batch *in) {
    static uint8_t expected[OUTPUT_MAX], found[OUTPUT_MAX];
    for (size_t k = 0; k < sizeof KERNELS / sizeof KERNELS[0]; k++) {
        select_all(0);
        size_t n_expected = KERNELS[k].run(in, expected);
        select_all(features);
        size_t n_found = KERNELS[k].run(in, found);
        check(n_found == n_expected && memcmp(found, expected, n_found) == 0, KERNELS[k].name, in->n);
    }
}

static void from_hex(const char *hex, uint8_t *bytes) {
    for (; hex[0] != '\0'; hex += 2)
        sscanf(hex, "%2" SCNx8, bytes++);
}

/* RFC 6979 A.2.5, SHA-256, in every lane of a batch. */
static void check_vector(batch *in, const char *message, const char *nonce, const char *signature) {
    uint8_t expected[64], signatures[BATCH_MAX + 1][64];
    in->n = 40;
    for (size_t i = 0; i < in->n; i++) {
        in->messages[i] = (const uint8_t *)message;
        in->lengths[i] = (uint32_t)strlen(message);
    }
    from_hex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721", in->scalar);
    memcpy(in->order, RFC6979_P256_ORDER, 32);
    run_sha256(in, in->digests[0]);
    run_nonces(in, in->nonces[0]);
    run_p256(in, signatures[0]);
    for (size_t i = 0; i < in->n; i++) {
        from_hex(nonce, expected);
        check(memcmp(in->nonces[i], expected, 32) == 0, "nonce of RFC 6979 A.2.5", i);
        from_hex(signature, expected);
        check(memcmp(signatures[i], expected, 64) == 0, "signature of RFC 6979 A.2.5", i);
    }
}

static void check_vectors(batch *in) {
    check_vector(in, "sample", "A6E3C57DD01ABE90086538398355DD4C3B17AA873382B0F24D6129493D8AAD60",
                 "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
                 "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8");
    check_vector(in, "test", "D16B6AE827F17175E040871A1C7EC3500192C4C92677336EC2537ACAEE0008E0",
                 "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367"
                 "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083");
}

/* The characters that the version holds. */
static size_t longest_text(unsigned version, qr_level level) {
    size_t fits = 0, too_long = TEXT_MAX + 1;
    while (too_long - fits > 1) {
        size_t n = (fits + too_long) / 2;
        unsigned needed = qr_version_for(n, level);
        if (needed != 0 && needed <= version)
            fits = n;
        else
            too_long = n;
    }
    return fits;
}

static void compare_symbols(qr_encoder *encoder, const uint8_t *text, size_t n, unsigned version,
                            qr_level level) {
    static qr_symbol expected, found; /* rows past the side are never written */
    qr_select(0);
    qr_encode(encoder, text, n, level, 0, &expected);
    qr_select(features);
    qr_encode(encoder, text, n, level, 0, &found);
    check(expected.version == version && memcmp(&expected, &found, sizeof found) == 0, "qr", version);
}

/* Each version, the levels by turns: two random texts, and one of one letter. */
static void check_symbols(void) {
    static uint8_t text[TEXT_MAX];
    qr_encoder *encoder = aligned_alloc(64, (qr_encoder_bytes() + 63) / 64 * 64);
    qr_encoder_init(encoder);
    for (unsigned version = 1; version <= QR_VERSION_MAX; version++) {
        qr_level level = (qr_level)(version % 4);
        size_t n = longest_text(version, level);
        fill(text, n);
        for (size_t i = 0; i < n; i++)
            text[i] = (uint8_t) "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"[text[i] % 45];
        compare_symbols(encoder, text, n, version, level);
        compare_symbols(encoder, text, n - 1, version, level);
        memset(text, 'A', n);
        compare_symbols(encoder, text, n, version, level);
    }
    free(encoder);
}

int main(int argc, char **argv) {
    static const size_t LARGE[] = {127, 128, 129, 255, 256, 257, 511, 512, 513, 600};
    static batch in;
    features = cpu_without(cpu_detect(), argc > 1 ? argv[1] : NULL);
    scratch = aligned_alloc(64, p256_scratch_bytes());
    select_all(features);
    printf("level %s\n", cpu_level(features));
    fflush(stdout);
    check_vectors(&in);
    check_symbols();
    for (size_t n = 1; n <= 70; n++) {
        make_batch(&in, n);
        compare_kernels(&in);
    }
    for (size_t i = 0; i < sizeof LARGE / sizeof LARGE[0]; i++) {
        make_batch(&in, LARGE[i]);
        compare_kernels(&in);
    }
    printf("%u passed, %u failed\n", n_passed, n_failed);
    return n_failed != 0;
}
