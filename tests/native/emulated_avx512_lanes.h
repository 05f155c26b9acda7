/* Arithmetic, logic, comparisons and shuffles of emulated_avx512.h; included by it alone. */

/* Everything a lane width has in arithmetic: plain, under a merging mask and under a zeroing one. */
#define EMULATED_MASKED(name, bits)                                                                          \
    EMULATED emulated_m512i emulated_mask_##name##_epi##bits(emulated_m512i source, __mmask##bits##_lanes k, \
                                                             emulated_m512i x, emulated_m512i y) {           \
        return emulated_mask_mov_epi##bits(source, k, emulated_##name##_epi##bits(x, y));                    \
    }                                                                                                        \
    EMULATED emulated_m512i emulated_maskz_##name##_epi##bits(__mmask##bits##_lanes k, emulated_m512i x,     \
                                                              emulated_m512i y) {                            \
        return emulated_maskz_mov_epi##bits(k, emulated_##name##_epi##bits(x, y));                           \
    }

#define EMULATED_MASKED_COUNT(name, bits)                                                                    \
    EMULATED emulated_m512i emulated_mask_##name##_epi##bits(emulated_m512i source, __mmask##bits##_lanes k, \
                                                             emulated_m512i x, unsigned n) {                 \
        return emulated_mask_mov_epi##bits(source, k, emulated_##name##_epi##bits(x, n));                    \
    }                                                                                                        \
    EMULATED emulated_m512i emulated_maskz_##name##_epi##bits(__mmask##bits##_lanes k, emulated_m512i x,     \
                                                              unsigned n) {                                  \
        return emulated_maskz_mov_epi##bits(k, emulated_##name##_epi##bits(x, n));                           \
    }

#define EMULATED_ARITHMETIC(bits)                                                                            \
    EMULATED_BINARY(add_epi##bits, uint, bits, a + b)                                                        \
    EMULATED_BINARY(sub_epi##bits, uint, bits, a - b)                                                        \
    EMULATED_BINARY(min_epi##bits, int, bits, a < b ? a : b)                                                 \
    EMULATED_BINARY(max_epi##bits, int, bits, a > b ? a : b)                                                 \
    EMULATED_BINARY(min_epu##bits, uint, bits, a < b ? a : b)                                                \
    EMULATED_BINARY(max_epu##bits, uint, bits, a > b ? a : b)                                                \
    EMULATED_MASKED(add, bits)                                                                               \
    EMULATED_MASKED(sub, bits)                                                                               \
    EMULATED_COMPARE(cmpeq_epi##bits##_mask, uint, bits, a == b)                                             \
    EMULATED_COMPARE(cmpneq_epi##bits##_mask, uint, bits, a != b)                                            \
    EMULATED_COMPARE(cmplt_epi##bits##_mask, int, bits, a < b)                                               \
    EMULATED_COMPARE(cmple_epi##bits##_mask, int, bits, a <= b)                                              \
    EMULATED_COMPARE(cmpgt_epi##bits##_mask, int, bits, a > b)                                               \
    EMULATED_COMPARE(cmpge_epi##bits##_mask, int, bits, a >= b)                                              \
    EMULATED_COMPARE(cmplt_epu##bits##_mask, uint, bits, a < b)                                              \
    EMULATED_COMPARE(cmple_epu##bits##_mask, uint, bits, a <= b)                                             \
    EMULATED_COMPARE(cmpgt_epu##bits##_mask, uint, bits, a > b)                                              \
    EMULATED_COMPARE(cmpge_epu##bits##_mask, uint, bits, a >= b)                                             \
    EMULATED_COMPARE(test_epi##bits##_mask, uint, bits, (a & b) != 0)                                        \
    EMULATED_COMPARE(testn_epi##bits##_mask, uint, bits, (a & b) == 0)                                       \
    EMULATED __mmask##bits##_lanes emulated_movepi##bits##_mask(emulated_m512i x) {                          \
        return emulated_cmplt_epi##bits##_mask(x, emulated_setzero());                                       \
    }                                                                                                        \
    EMULATED emulated_m512i emulated_movm_epi##bits(__mmask##bits##_lanes k) {                               \
        return emulated_maskz_set1_epi##bits(k, -1);                                                         \
    }

EMULATED_ARITHMETIC(8)
EMULATED_ARITHMETIC(16)
EMULATED_ARITHMETIC(32)
EMULATED_ARITHMETIC(64)

/* Shifts: a count of the lane width or more gives zero, or the sign in arithmetic shifts. */
#define EMULATED_SHIFTS(bits)                                                                                \
    EMULATED_COUNT(slli_epi##bits, uint, bits, n < bits ? (uint64_t)a << (n % bits) : 0)                     \
    EMULATED_COUNT(srli_epi##bits, uint, bits, n < bits ? (uint64_t)a >> (n % bits) : 0)                     \
    EMULATED_COUNT(srai_epi##bits, int, bits, a >> (n < bits ? n : bits - 1))                                \
    EMULATED_BINARY(sllv_epi##bits, uint, bits, b < bits ? (uint64_t)a << (b % bits) : 0)                    \
    EMULATED_BINARY(srlv_epi##bits, uint, bits, b < bits ? (uint64_t)a >> (b % bits) : 0)                    \
    EMULATED_MASKED_COUNT(slli, bits)                                                                        \
    EMULATED_MASKED_COUNT(srli, bits)                                                                        \
    EMULATED_MASKED_COUNT(srai, bits)                                                                        \
    EMULATED emulated_m512i emulated_shrdi_epi##bits(emulated_m512i x, emulated_m512i y, unsigned n) {       \
        n %= bits;                                                                                           \
        for (int i = 0; i < EMULATED_LANES(bits) && n != 0; i++)                                             \
            x.u##bits[i] = (uint##bits##_t)(x.u##bits[i] >> n | (uint64_t)y.u##bits[i] << (bits - n));       \
        return x;                                                                                            \
    }                                                                                                        \
    EMULATED emulated_m512i emulated_shldi_epi##bits(emulated_m512i x, emulated_m512i y, unsigned n) {       \
        n %= bits;                                                                                           \
        for (int i = 0; i < EMULATED_LANES(bits) && n != 0; i++)                                             \
            x.u##bits[i] = (uint##bits##_t)((uint64_t)x.u##bits[i] << n | y.u##bits[i] >> (bits - n));       \
        return x;                                                                                            \
    }

EMULATED_SHIFTS(16)
EMULATED_SHIFTS(32)
EMULATED_SHIFTS(64)

EMULATED_COUNT(ror_epi32, uint, 32, a >> n % 32 | a << (32 - n % 32) % 32)
EMULATED_COUNT(rol_epi32, uint, 32, a << n % 32 | a >> (32 - n % 32) % 32)
EMULATED_COUNT(ror_epi64, uint, 64, a >> n % 64 | a << (64 - n % 64) % 64)
EMULATED_COUNT(rol_epi64, uint, 64, a << n % 64 | a >> (64 - n % 64) % 64)

EMULATED_BINARY(and, uint, 64, a &b)
EMULATED_BINARY(or, uint, 64, a | b)
EMULATED_BINARY(xor, uint, 64, a ^ b)
EMULATED_BINARY(andnot, uint, 64, ~a &b)

/* Masked logic; the plain forms have one function for all widths. */
#define EMULATED_MASKED_LOGIC(name, bits)                                                                    \
    EMULATED emulated_m512i emulated_mask_##name##_epi##bits(emulated_m512i source, __mmask##bits##_lanes k, \
                                                             emulated_m512i x, emulated_m512i y) {           \
        return emulated_mask_mov_epi##bits(source, k, emulated_##name(x, y));                                \
    }                                                                                                        \
    EMULATED emulated_m512i emulated_maskz_##name##_epi##bits(__mmask##bits##_lanes k, emulated_m512i x,     \
                                                              emulated_m512i y) {                            \
        return emulated_maskz_mov_epi##bits(k, emulated_##name(x, y));                                       \
    }

EMULATED_MASKED_LOGIC(and, 32)
EMULATED_MASKED_LOGIC(and, 64)
EMULATED_MASKED_LOGIC(or, 32)
EMULATED_MASKED_LOGIC(or, 64)
EMULATED_MASKED_LOGIC(xor, 32)
EMULATED_MASKED_LOGIC(xor, 64)
EMULATED_MASKED_LOGIC(andnot, 32)
EMULATED_MASKED_LOGIC(andnot, 64)

EMULATED emulated_m512i emulated_ternarylogic(emulated_m512i x, emulated_m512i y, emulated_m512i z,
                                              unsigned table) {
    emulated_m512i result = emulated_setzero();
    for (int i = 0; i < 8; i++)
        for (unsigned row = 0; row < 8; row++) {
            uint64_t a = row & 4 ? x.u64[i] : ~x.u64[i], b = row & 2 ? y.u64[i] : ~y.u64[i];
            uint64_t c = row & 1 ? z.u64[i] : ~z.u64[i];
            result.u64[i] |= table >> row & 1 ? a & b & c : 0;
        }
    return result;
}

EMULATED emulated_m512i emulated_popcnt_epi64(emulated_m512i x) {
    emulated_m512i result;
    for (int i = 0; i < 8; i++)
        result.u64[i] = (uint64_t)__builtin_popcountll(x.u64[i]);
    return result;
}

/* Bit i of a byte of the result is the parity of byte 7 - i of the matrix by the byte of x: in every 64-bit
 * lane a matrix of 8 x 8 bits, and eight vectors of 8 bits. */
EMULATED emulated_m512i emulated_gf2p8affine(emulated_m512i x, emulated_m512i matrices, unsigned added) {
    emulated_m512i result;
    for (int byte = 0; byte < 64; byte++) {
        result.u8[byte] = (uint8_t)added;
        for (int i = 0; i < 8; i++)
            result.u8[byte] ^=
                (uint8_t)(__builtin_parity(matrices.u8[byte / 8 * 8 + 7 - i] & x.u8[byte]) << i);
    }
    return result;
}

/* --- products
 * ---------------------------------------------------------------------------------------------------- */

EMULATED_BINARY(mullo_epi16, uint, 16, (uint32_t)a *b)
EMULATED_BINARY(mulhi_epu16, uint, 16, (uint32_t)a *b >> 16)
EMULATED_BINARY(mulhi_epi16, int, 16, (int32_t)a *b >> 16)
EMULATED_BINARY(mullo_epi32, uint, 32, (uint64_t)a *b)
EMULATED_BINARY(mullo_epi64, uint, 64, a *b)
EMULATED_BINARY(mul_epu32, uint, 64, (a & 0xffffffff) * (b & 0xffffffff))

EMULATED unsigned __int128 emulated_product52(uint64_t a, uint64_t b) {
    const uint64_t low52 = ((uint64_t)1 << 52) - 1;
    return (unsigned __int128)(a & low52) * (b & low52);
}

EMULATED emulated_m512i emulated_madd52lo(emulated_m512i sum, emulated_m512i x, emulated_m512i y) {
    for (int i = 0; i < 8; i++)
        sum.u64[i] += (uint64_t)emulated_product52(x.u64[i], y.u64[i]) & (((uint64_t)1 << 52) - 1);
    return sum;
}

EMULATED emulated_m512i emulated_madd52hi(emulated_m512i sum, emulated_m512i x, emulated_m512i y) {
    for (int i = 0; i < 8; i++)
        sum.u64[i] += (uint64_t)(emulated_product52(x.u64[i], y.u64[i]) >> 52);
    return sum;
}

/* 32 bits wide sums of adjacent products of 16 bits. */
EMULATED emulated_m512i emulated_madd_epi16(emulated_m512i x, emulated_m512i y) {
    emulated_m512i result;
    for (int i = 0; i < 16; i++)
        result.u32[i] =
            (uint32_t)(x.i16[2 * i] * y.i16[2 * i]) + (uint32_t)(x.i16[2 * i + 1] * y.i16[2 * i + 1]);
    return result;
}

/* Unsigned bytes of x by signed bytes of y, adjacent ones added with saturation. */
EMULATED emulated_m512i emulated_maddubs_epi16(emulated_m512i x, emulated_m512i y) {
    emulated_m512i result;
    for (int i = 0; i < 32; i++) {
        int sum = x.u8[2 * i] * y.i8[2 * i] + x.u8[2 * i + 1] * y.i8[2 * i + 1];
        result.i16[i] = (int16_t)(sum > 32767 ? 32767 : sum < -32768 ? -32768 : sum);
    }
    return result;
}

/* --- shuffles
 * ---------------------------------------------------------------------------------------------------- */

EMULATED emulated_m512i emulated_shuffle_epi8(emulated_m512i x, emulated_m512i indices) {
    emulated_m512i result;
    for (int i = 0; i < 64; i++)
        result.u8[i] = indices.u8[i] & 0x80 ? 0 : x.u8[i / 16 * 16 + indices.u8[i] % 16];
    return result;
}

EMULATED emulated_m512i emulated_shuffle_epi32(emulated_m512i x, unsigned order) {
    emulated_m512i result;
    for (int i = 0; i < 16; i++)
        result.u32[i] = x.u32[i / 4 * 4 + (order >> 2 * (i % 4) & 3)];
    return result;
}

/* Two quarters of x, then two of y. */
EMULATED emulated_m512i emulated_shuffle_quarters(emulated_m512i x, emulated_m512i y, unsigned order) {
    emulated_m512i result;
    for (int quarter = 0; quarter < 4; quarter++)
        memcpy(&result.u64[2 * quarter], (quarter < 2 ? x : y).u64 + 2 * (order >> 2 * quarter & 3), 16);
    return result;
}

/* Interleaves the low or high halves of every quarter of x and y. */
#define EMULATED_UNPACK(name, bits, half)                                                                    \
    EMULATED emulated_m512i emulated_##name##_epi##bits(emulated_m512i x, emulated_m512i y) {                \
        emulated_m512i result;                                                                               \
        for (int i = 0; i < EMULATED_LANES(bits); i++) {                                                     \
            int lanes = 128 / bits, from = i / lanes * lanes + half * lanes / 2 + i % lanes / 2;             \
            result.u##bits[i] = i % 2 == 0 ? x.u##bits[from] : y.u##bits[from];                              \
        }                                                                                                    \
        return result;                                                                                       \
    }

EMULATED_UNPACK(unpacklo, 8, 0)
EMULATED_UNPACK(unpackhi, 8, 1)
EMULATED_UNPACK(unpacklo, 16, 0)
EMULATED_UNPACK(unpackhi, 16, 1)
EMULATED_UNPACK(unpacklo, 32, 0)
EMULATED_UNPACK(unpackhi, 32, 1)
EMULATED_UNPACK(unpacklo, 64, 0)
EMULATED_UNPACK(unpackhi, 64, 1)

/* Byte j of a lane of the result is the 8 bits of y's lane that begin at bit x.u8[j] % 64, around the end. */
EMULATED emulated_m512i emulated_multishift_epi64_epi8(emulated_m512i x, emulated_m512i y) {
    emulated_m512i result;
    for (int i = 0; i < 64; i++) {
        unsigned n = x.u8[i] % 64;
        result.u8[i] = (uint8_t)(y.u64[i / 8] >> n | y.u64[i / 8] << (64 - n) % 64);
    }
    return result;
}

EMULATED emulated_m512i emulated_broadcast_i32x4(__m128i x) {
    emulated_m512i result;
    for (int quarter = 0; quarter < 4; quarter++)
        memcpy(&result.u64[2 * quarter], &x, 16);
    return result;
}

EMULATED emulated_m512i emulated_cvtepu8_epi64(__m128i x) {
    emulated_m512i result;
    uint8_t bytes[16];
    memcpy(bytes, &x, 16);
    for (int i = 0; i < 8; i++)
        result.u64[i] = bytes[i];
    return result;
}

EMULATED emulated_m512i emulated_cvtepu8_epi32(__m128i x) {
    emulated_m512i result;
    uint8_t bytes[16];
    memcpy(bytes, &x, 16);
    for (int i = 0; i < 16; i++)
        result.u32[i] = bytes[i];
    return result;
}

EMULATED __m128i emulated_castsi512_si128(emulated_m512i x) {
    __m128i result;
    memcpy(&result, &x, 16);
    return result;
}

EMULATED __m128i emulated_extracti32x4_epi32(emulated_m512i x, unsigned quarter) {
    __m128i result;
    memcpy(&result, &x.u64[2 * (quarter % 4)], 16);
    return result;
}
