# HC1 texts to those that are valid beyond doubt; of the others nothing is said.

MAX_KEY_TABLES = 256  # of 256 KiB each; texts of further signers are left undecided

cdef dict KIND_BITS = {"v": DCC_VACCINATION, "t": DCC_TEST, "r": DCC_RECOVERY}


inflate_init()


cdef class KeyTable:
    """The table of one public key, x || y."""

    cdef p256_key *at

    def __cinit__(self, bytes point):
        if len(point) != 64:
            raise ValueError("a public key has 64 bytes")
        self.at = <p256_key *>aligned(p256_key_bytes())
        if p256_key_init(self.at, point) != 0:
            raise ValueError("a public key is no point of P-256")

    def __dealloc__(self):
        free(self.at)


cdef class Verifier:
    cdef list points, tables
    cdef object value_sets
    cdef verify_signer *signers
    cdef const p256_key **keys
    cdef verify_terms terms

    def __cinit__(self, signers, *, at_us, latest_day, value_sets):
        signers = sorted(signers, key=first_of)
        if len({first_of(signer) for signer in signers}) != len(signers):
            raise ValueError("two signers of one kid")
        cdef size_t n = len(signers), i
        self.points, self.tables = [], []
        self.signers = <verify_signer *>aligned(max(1, n) * sizeof(verify_signer))
        self.keys = <const p256_key **>aligned(max(1, n) * sizeof(void *))
        for i, (kid, point, country, kinds, not_before, not_after) in enumerate(signers):
            self.put_signer(&self.signers[i], kid, country, kinds)
            self.signers[i].not_before = not_before
            self.signers[i].not_after = not_after
            self.keys[i] = NULL
            self.points.append(point)
        self.terms.signers = self.signers
        self.terms.n_signers = n
        self.terms.at_us = at_us
        cdef bytes day = latest_day.isoformat().encode()
        memcpy(self.terms.latest_day, <const uint8_t *>day, 10)
        self.value_sets = pa.array(sorted(set(value_sets)), pa.binary())  # keeps the buffers alive
        _, offsets, data = self.value_sets.buffers()
        self.terms.value_sets = dcc_value_sets(
            <const int32_t *>address(offsets), <const uint8_t *>address(data), len(self.value_sets))

    cdef int put_signer(self, verify_signer *signer, bytes kid, str country, kinds) except -1:
        cdef bytes letters = country.encode()
        if len(kid) != 8 or len(letters) != 2:
            raise ValueError("a kid has 8 bytes, a country two letters")
        memcpy(signer.kid, <const uint8_t *>kid, 8)
        memcpy(signer.country, <const uint8_t *>letters, 2)
        signer.kinds = sum(KIND_BITS[kind] for kind in set(kinds))
        return 0

    def __dealloc__(self):
        free(self.signers)
        free(self.keys)

    cdef int make_tables(self, const int32_t *signer, size_t n) except -1:
        """Tables for the signers that are met for the first time."""
        cdef size_t i
        cdef KeyTable table
        for i in range(n):
            if signer[i] < 0 or self.keys[signer[i]] != NULL or len(self.tables) == MAX_KEY_TABLES:
                continue
            table = KeyTable(self.points[signer[i]])
            self.tables.append(table)
            self.keys[signer[i]] = table.at
        return 0

    def verify(self, texts, *, bint hashes=False):
        if texts.type != pa.string():
            raise ValueError(f"texts are {texts.type}, not string")
        validity, offsets, data = texts.buffers()
        cdef size_t n = len(texts), first = 0, size
        cdef Memory signer = Memory(4 * n), issued_at = Memory(8 * n), expires_at = Memory(8 * n)
        cdef verify_rows rows = verify_rows(
            <int32_t *>signer.at, <int64_t *>issued_at.at, <int64_t *>expires_at.at)
        cdef size_t n_hashed = 16 * n if hashes else 0
        cdef Memory country_uci = Memory(n_hashed), uci = Memory(n_hashed), signature = Memory(n_hashed)
        cdef verify_hashes hashed = verify_hashes(
            <uint8_t *>country_uci.at, <uint8_t *>uci.at, <uint8_t *>signature.at)
        cdef verify_texts column = verify_texts(
            <const uint8_t *>address(validity), <const int32_t *>address(offsets) + <int64_t>texts.offset,
            <const uint8_t *>address(data), texts.offset)
        cdef void *scratch = aligned(verify_scratch_bytes())
        try:
            while first < n:
                size = min(n - first, <size_t>VERIFY_CHUNK)
                with nogil:
                    verify_read(&self.terms, &column, first, size, &rows, scratch)
                    if hashes:
                        verify_hash(first, size, &rows, &hashed, scratch)
                self.make_tables(rows.signer + first, size)
                with nogil:
                    verify_check(self.keys, first, size, &rows, scratch)
                first += size
        finally:
            free(scratch)
        columns = {
            "signer": pa.Array.from_buffers(pa.int32(), n, [None, signer.buffer(4 * n)]),
            "iat": pa.Array.from_buffers(pa.int64(), n, [None, issued_at.buffer(8 * n)]),
            "exp": pa.Array.from_buffers(pa.int64(), n, [None, expires_at.buffer(8 * n)]),
        }
        if hashes:
            for name, memory in (("COUNTRYCODEUCI", country_uci), ("UCI", uci), ("SIGNATURE", signature)):
                columns[name] = hash_column(memory, n)
        return pa.record_batch(columns)


cdef object hash_column(Memory memory, size_t n):
    return pa.Array.from_buffers(pa.binary(16), n, [None, memory.buffer(16 * n)])


def first_of(signer):
    return signer[0]


# Single kernels, for tests and benchmarks.

def p256_verify(points, digests, signatures):
    cdef size_t n = len(points), first = 0, size, i
    cdef dict tables = {point: KeyTable(point) for point in set(points)}
    if len(digests) != 32 * n or len(signatures) != 64 * n:
        raise ValueError("each digest has 32 bytes, each signature 64")
    cdef const uint8_t *digest = digests
    cdef const uint8_t *signature = signatures
    cdef bytearray out = bytearray(n)
    cdef uint8_t *fits = out
    cdef const p256_key **keys = <const p256_key **>aligned((n + 1) * sizeof(void *))
    cdef void *scratch = aligned(p256_verify_scratch_bytes())
    for i, point in enumerate(points):
        keys[i] = (<KeyTable>tables[point]).at
    with nogil:
        while first < n:
            size = min(n - first, <size_t>P256_VERIFY_BATCH)
            p256_verify_batch(size, keys + first, digest + 32 * first, signature + 64 * first, fits + first, scratch)
            first += size
    free(keys)
    free(scratch)
    return [bool(fit) for fit in out]


def base45_decode(texts):
    cdef bytes text
    cdef size_t length
    cdef Memory memory
    decoded = []
    for text in texts:
        memory = Memory(len(text))
        length = base45_bytes(text, len(text), <uint8_t *>memory.at)
        decoded.append(None if length == BASE45_WRONG else (<uint8_t *>memory.at)[:length])
    return decoded


def zlib_inflate(streams, size_t room):
    """One after the other."""
    cdef bytes stream
    cdef size_t length
    cdef Memory memory = Memory(room)
    inflated = []
    for stream in streams:
        length = zlib_bytes(stream, len(stream), <uint8_t *>memory.at, room)
        inflated.append(None if length == INFLATE_UNREAD else (<uint8_t *>memory.at)[:length])
    return inflated


def zlib_inflate_many(streams, size_t room):
    """Side by side."""
    cdef Py_ssize_t n = len(streams), i
    cdef Memory memory = Memory(n * room)
    cdef Memory inputs = Memory(n * sizeof(inflate_input)), outputs = Memory(n * sizeof(inflated))
    cdef inflate_input *stream = <inflate_input *>inputs.at
    cdef inflated *found = <inflated *>outputs.at
    cdef uint8_t *out = <uint8_t *>memory.at
    for i, each in enumerate(streams):
        stream[i] = inflate_input(<bytes>each, len(each))
    bytes_many(stream, n, out, room, found)
    return [
        None if found[i].length == INFLATE_UNREAD else out[i * room : i * room + found[i].length]
        for i in range(n)
    ]
