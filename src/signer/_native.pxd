# C declarations of the kernels, as their headers under native/ give them.
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

cdef extern from "<stdlib.h>" nogil:
    void *aligned_alloc(size_t alignment, size_t n_bytes)

cdef extern from "cpu/cpu.h" nogil:
    unsigned cpu_detect()
    unsigned cpu_without(unsigned features, const char *disabled)
    const char *cpu_unknown(const char *disabled, unsigned long *length)
    const char *cpu_level_name "cpu_level"(unsigned features)

cdef extern from "cpu/wipe.h" nogil:
    void wipe(void *memory, size_t length)

cdef extern from "sha256/sha256.h" nogil:
    ctypedef struct hmac_sha256_key:
        pass
    void sha256_select(unsigned features)
    void sha256_digests "sha256_many"(size_t n, const uint8_t **messages, const uint32_t *lengths, uint8_t *digests)
    void hmac_sha256_init(hmac_sha256_key *key, const uint8_t *secret, size_t length)
    void hmac_sha256_macs "hmac_sha256_many"(const hmac_sha256_key *key, size_t n, const uint8_t **messages,
                                             const uint32_t *lengths, uint8_t *macs)

cdef extern from "rfc6979/rfc6979.h" nogil:
    ctypedef struct rfc6979_key:
        pass
    const uint8_t *RFC6979_P256_ORDER
    void rfc6979_select(unsigned features)
    void rfc6979_init(rfc6979_key *key, const uint8_t *scalar, const uint8_t *order)
    void rfc6979_wipe(rfc6979_key *key)
    void rfc6979_generate "rfc6979_nonces"(const rfc6979_key *key, size_t n, const uint8_t *digests, uint8_t *nonces)

cdef extern from "p256/p256.h" nogil:
    enum:
        P256_BATCH
    void p256_select(unsigned features)
    bint p256_is_scalar(const uint8_t *scalar)
    size_t p256_scratch_bytes()
    size_t p256_sign_batch "p256_sign"(const uint8_t *scalar, size_t n, const uint8_t *digests, const uint8_t *nonces,
                                       uint8_t *signatures, void *scratch)

cdef extern from "p256/p256_verify.h" nogil:
    enum:
        P256_VERIFY_BATCH
    ctypedef struct p256_key:
        pass
    size_t p256_key_bytes()
    int p256_key_init(p256_key *key, const uint8_t *point)
    size_t p256_verify_scratch_bytes()
    void p256_verify_batch "p256_verify"(size_t n, const p256_key **keys, const uint8_t *digests,
                                         const uint8_t *signatures, uint8_t *fits, void *scratch)

cdef extern from "verify/dcc_read.h" nogil:
    enum:
        DCC_VACCINATION, DCC_TEST, DCC_RECOVERY

cdef extern from "verify/dcc_marks.h" nogil:
    ctypedef struct dcc_value_sets:
        const int32_t *offsets
        const uint8_t *bytes
        size_t n

cdef extern from "verify/verify.h" nogil:
    enum:
        VERIFY_CHUNK
    ctypedef struct verify_signer:
        uint8_t *kid
        uint8_t *country
        unsigned kinds
        int64_t not_before, not_after
    ctypedef struct verify_terms:
        const verify_signer *signers
        size_t n_signers
        int64_t at_us
        uint8_t *latest_day
        dcc_value_sets value_sets
    ctypedef struct verify_texts:
        const uint8_t *validity
        const int32_t *offsets
        const uint8_t *bytes
        int64_t validity_offset
    ctypedef struct verify_rows:
        int32_t *signer
        int64_t *issued_at
        int64_t *expires_at
    ctypedef struct verify_hashes:
        uint8_t *country_uci
        uint8_t *uci
        uint8_t *signature
    size_t verify_scratch_bytes()
    void verify_read(const verify_terms *terms, const verify_texts *texts, size_t first, size_t n,
                     const verify_rows *rows, void *scratch)
    void verify_hash(size_t first, size_t n, const verify_rows *rows, const verify_hashes *hashes, void *scratch)
    void verify_check(const p256_key **keys, size_t first, size_t n, const verify_rows *rows, void *scratch)

cdef extern from "base45/base45_decode.h" nogil:
    size_t BASE45_WRONG
    size_t base45_bytes "base45_decode"(const uint8_t *text, size_t n, uint8_t *out)

cdef extern from "deflate/deflate.h" nogil:
    ctypedef struct zlib_text:
        pass
    size_t ZLIB_TEXT_SLACK
    void deflate_select(unsigned features)
    size_t zlib_bound(size_t n)
    size_t zlib_stream "zlib_compress"(const uint8_t *input, size_t n, uint8_t *output)
    size_t stream_again "zlib_compress_again"(const uint8_t *input, size_t n, const zlib_text *text,
                                              uint8_t *output)

cdef extern from "deflate/inflate.h" nogil:
    size_t INFLATE_UNREAD
    void inflate_init()
    ctypedef struct inflate_input:
        const uint8_t *bytes
        size_t length
    size_t zlib_bytes "zlib_inflate"(const uint8_t *stream, size_t length, uint8_t *out, size_t room)
    ctypedef struct inflated:
        size_t length
        zlib_text text
    void bytes_many "zlib_inflate_many"(const inflate_input *streams, size_t n, uint8_t *out, size_t room,
                                        inflated *found)

cdef extern from "names/names.h" nogil:
    ctypedef struct dcc_name:
        uint16_t fn_length, gn_length, fnt_length, gnt_length
        uint8_t *fn
        uint8_t *gn
        uint8_t *fnt
        uint8_t *gnt
    ctypedef enum name_status:
        NAME_OK
    name_status name_split(const uint8_t *full_name, size_t length, dcc_name *out)

cdef extern from "names/name_key.h" nogil:
    size_t NAME_KEY_BOUND(size_t length)
    size_t name_key(const uint8_t *full_name, size_t length, uint8_t *key)

cdef extern from "cbor/dcc.h" nogil:
    ctypedef struct dcc_text:
        const uint8_t *bytes
        uint32_t length
    ctypedef struct dcc_issuer:
        dcc_text country, issuer
        uint64_t issued_at, expires_at
        uint8_t *kid

cdef extern from "shots/shots.h" nogil:
    enum:
        SHOT_CODE_MAX
        UVCI_MAX
    ctypedef struct shot_product:
        dcc_text name, mp, ma, vp
    ctypedef struct shot_products:
        pass
    ctypedef struct shot_rules:
        const shot_products *products
        int32_t today
    int shot_products_init(shot_products *table, const shot_product *products, uint32_t n_products)

cdef extern from "base45/base45.h" nogil:
    void base45_select(unsigned features)
    size_t base45_bound(size_t n)
    size_t base45_text "base45_encode"(const uint8_t *input, size_t n, uint8_t *output)

cdef extern from "issue/columns.h" nogil:
    ctypedef struct text_column:
        const uint8_t *validity
        const int32_t *offsets
        const uint8_t *bytes
        int64_t n_bytes, offset
    ctypedef struct number_column:
        const uint8_t *validity
        const int32_t *values
        int64_t offset
    ctypedef struct time_column:
        const uint8_t *validity
        const int64_t *values
        int64_t offset

cdef extern from "issue/seal.h" nogil:
    enum:
        ISSUE_CHUNK
    ctypedef struct seal_terms:
        uint8_t *scalar
        rfc6979_key nonce_key
        dcc_issuer issuer
    ctypedef struct seal_output:
        size_t n_sealed, n_refused
        int32_t *sealed_row
        int32_t *hc1_offsets
        uint8_t *hc1
        uint8_t *signature_hash
        int32_t *refused_row
        uint8_t *refused_reason
        uint8_t *refused_field
    size_t seal_hc1_bound()

cdef extern from "issue/issue.h" nogil:
    ctypedef struct shot_columns:
        text_column shot_id, person_id, full_name, date_of_birth, vaccine, province, district, facility
        number_column dose_number, doses_in_series, vaccinated_on
        text_column supersedes
    ctypedef struct issue_terms:
        const seal_terms *seal
        hmac_sha256_key uvci_key, person_key
        shot_rules rules
        int uvci_checksum
    ctypedef struct issue_output:
        seal_output *sealed
        int32_t *uvci_offsets
        int32_t *vaccine_offsets
        uint8_t *uvci
        uint8_t *vaccine
        uint8_t *person_key
    size_t issue_scratch_bytes()
    size_t issue_chunk(const issue_terms *terms, const shot_columns *columns, size_t first, size_t n,
                       const uint8_t *is_duplicate, const issue_output *out, void *scratch)
    void issue_uvcis(const issue_terms *terms, const shot_columns *columns, size_t first, size_t n,
                     const issue_output *out, void *scratch)

cdef extern from "renew/renew.h" nogil:
    ctypedef struct certificate_columns:
        text_column hc1, kid, uvci
        time_column issued_at, expires_at
    size_t renew_scratch_bytes()
    size_t renew_reading_bytes()
    size_t renew_chunk(const seal_terms *terms, const certificate_columns *columns, size_t first, size_t n,
                       seal_output *out, void *scratch, void *reading)

cdef extern from "qr/qr.h" nogil:
    enum:
        QR_SIDE_MAX
    ctypedef enum qr_level:
        QR_L, QR_M, QR_Q, QR_H
    ctypedef enum qr_status:
        QR_OK, QR_EMPTY, QR_CHARACTER, QR_TOO_LONG
    ctypedef struct drawn_symbol "qr_symbol":
        uint8_t version, level, mask, side
    ctypedef struct qr_encoder:
        pass
    void qr_select(unsigned features)
    size_t qr_encoder_bytes()
    void qr_encoder_init(qr_encoder *encoder)

cdef extern from "picture/picture.h" nogil:
    ctypedef enum picture_format:
        PICTURE_NONE, PICTURE_PNG, PICTURE_SVG, PICTURE_BITS
    ctypedef struct picture_writer:
        pass
    void picture_select(unsigned features)
    size_t picture_writer_bytes()
    int picture_writer_init(picture_writer *writer, picture_format format, unsigned scale, unsigned quiet_zone)

cdef extern from "picture/painter.h" nogil:
    ctypedef struct painter:
        qr_encoder *encoder
        picture_writer *writer
        qr_level level
        int raise_level, lower_level
        drawn_symbol symbol
    ctypedef struct painter_texts:
        const uint8_t *validity
        const int32_t *offsets
        const uint8_t *bytes
        int64_t validity_offset
    ctypedef struct painter_pictures:
        int32_t *offsets
        uint8_t *bytes
        size_t capacity
    qr_status painter_draw(painter *p, const painter_texts *texts, size_t first, size_t n, painter_pictures *out,
                           size_t *next)
    size_t painter_bound(const painter *p)
