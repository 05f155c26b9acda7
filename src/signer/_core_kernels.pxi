# Single kernels, for tests and benchmarks: lists of bytes in, lists of bytes out.

NAME_STATUS = (
    "name_ok", "name_empty", "name_too_long", "name_not_utf8", "name_control_character", "name_foreign_character",
    "name_nothing_left",
)


cdef class Messages:
    """Pointers to and lengths of the bytes objects of a list."""

    cdef const uint8_t **at
    cdef uint32_t *length
    cdef size_t n
    cdef list kept

    def __cinit__(self, messages):
        self.kept = list(messages)
        self.n = len(self.kept)
        self.at = <const uint8_t **>PyMem_Malloc((self.n + 1) * sizeof(uint8_t *))
        self.length = <uint32_t *>PyMem_Malloc((self.n + 1) * sizeof(uint32_t))
        if self.at == NULL or self.length == NULL:
            raise MemoryError()
        cdef size_t i
        cdef bytes message
        for i in range(self.n):
            message = self.kept[i]
            self.at[i] = <const uint8_t *>message
            self.length[i] = <uint32_t>len(message)

    def __dealloc__(self):
        PyMem_Free(self.at)
        PyMem_Free(self.length)


cdef list cut(bytes together, size_t size):
    return [together[at : at + size] for at in range(0, len(together), size)]


def sha256_many(messages):
    cdef Messages m = Messages(messages)
    cdef bytearray out = bytearray(32 * m.n)
    cdef uint8_t *digests = out
    with nogil:
        sha256_digests(m.n, m.at, m.length, digests)
    return cut(bytes(out), 32)


def hmac_sha256_many(secret, messages):
    cdef Messages m = Messages(messages)
    cdef bytearray out = bytearray(32 * m.n)
    cdef uint8_t *macs = out
    cdef hmac_sha256_key key
    hmac_sha256_init(&key, secret, len(secret))
    with nogil:
        hmac_sha256_macs(&key, m.n, m.at, m.length, macs)
    wipe(&key, sizeof(key))
    return cut(bytes(out), 32)


def rfc6979_nonces(scalar, digests, order=None):
    if len(scalar) != 32 or len(digests) % 32 or (order is not None and len(order) != 32):
        raise ValueError("scalar, order and each digest have 32 bytes")
    cdef bytearray out = bytearray(len(digests))
    cdef uint8_t *nonces = out
    cdef const uint8_t *given = digests
    cdef size_t n = len(digests) // 32
    cdef rfc6979_key key
    cdef const uint8_t *given_order = RFC6979_P256_ORDER
    if order is not None:
        given_order = order
    rfc6979_init(&key, scalar, given_order)
    with nogil:
        rfc6979_generate(&key, n, given, nonces)
    rfc6979_wipe(&key)
    return bytes(out)


def p256_sign(scalar, digests, nonces=None):
    if nonces is None:
        nonces = rfc6979_nonces(scalar, digests)
    if len(scalar) != 32 or len(digests) % 32 or len(nonces) != len(digests):
        raise ValueError("scalar, each digest and each nonce have 32 bytes")
    cdef bytearray out = bytearray(2 * len(digests))
    cdef uint8_t *signatures = out
    cdef const uint8_t *key = scalar
    cdef const uint8_t *digest = digests
    cdef const uint8_t *nonce = nonces
    cdef size_t n = len(digests) // 32, first = 0, size
    cdef void *scratch = aligned_alloc(64, p256_scratch_bytes())
    if scratch == NULL:
        raise MemoryError()
    with nogil:
        while first < n:
            size = min(n - first, <size_t>P256_BATCH)
            p256_sign_batch(key, size, digest + 32 * first, nonce + 32 * first, signatures + 64 * first, scratch)
            first += size
        wipe(scratch, p256_scratch_bytes())
    free(scratch)
    return bytes(out)


ctypedef size_t (*encoder)(const uint8_t *, size_t, uint8_t *) noexcept nogil


cdef list encode_all(messages, encoder encode, size_t (*bound)(size_t) noexcept nogil):
    cdef Messages m = Messages(messages)
    cdef size_t i, longest = 0, length
    for i in range(m.n):
        longest = max(longest, m.length[i])
    cdef Memory memory = Memory(bound(longest))
    texts = []
    for i in range(m.n):
        length = encode(m.at[i], m.length[i], <uint8_t *>memory.at)
        texts.append((<uint8_t *>memory.at)[:length])
    return texts


def zlib_compress(messages):
    return encode_all(messages, zlib_stream, zlib_bound)


def zlib_compress_again(bytes stream, message):
    """The message by the text of a stream: that of one with other first and last bytes."""
    cdef Memory padded = Memory(len(stream) + ZLIB_TEXT_SLACK), out = Memory(zlib_bound(len(message)))
    cdef size_t room = 1 << 16, length
    cdef Memory memory = Memory(room)
    cdef inflated found
    memcpy(padded.at, <const uint8_t *>stream, len(stream))
    cdef inflate_input whole = inflate_input(<uint8_t *>padded.at, len(stream))
    bytes_many(&whole, 1, <uint8_t *>memory.at, room, &found)
    length = stream_again(message, len(message), &found.text, <uint8_t *>out.at)
    return (<uint8_t *>out.at)[:length]


def base45_encode(messages):
    return [text.decode("ascii") for text in encode_all(messages, base45_text, base45_bound)]


def split_name(full_name):
    cdef dcc_name name
    cdef name_status status = name_split(full_name, len(full_name), &name)
    if status != NAME_OK:
        raise ValueError(NAME_STATUS[<int>status])
    return (
        name.fn[: name.fn_length].decode(), name.gn[: name.gn_length].decode(),
        name.fnt[: name.fnt_length].decode(), name.gnt[: name.gnt_length].decode(),
    )
