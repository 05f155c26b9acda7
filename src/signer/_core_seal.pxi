# Bytes to be signed to certificates: what Issuer and Renewer share.


cdef class Sealer:
    """One DSC's key and terms, the memory that it works in, and who has hold of it."""

    cdef seal_terms seal
    cdef void *scratch
    cdef size_t n_scratch
    cdef bint is_open, is_busy
    cdef list kept  # the Python texts that terms point into
    cdef QrPainter painter  # None where no pictures are wanted
    cdef str role

    # No __init__, which could be called again: keys and terms stay those of the making.
    def __cinit__(self, *, scalar, kid, country, issued_at, expires_at, painter=None, **_):
        self.is_open = self.is_busy = False
        self.kept = []
        if len(scalar) != 32 or len(kid) != 8:
            raise ValueError("a scalar has 32 bytes, a kid 8")
        if len(country) != 2 or not (country.isascii() and country.isalpha() and country.isupper()):
            raise ValueError("a country is two capital letters")
        cdef const uint8_t[::1] secret = scalar
        if not p256_is_scalar(&secret[0]):
            raise ValueError("a scalar lies in 1..n-1")
        memcpy(self.seal.scalar, &secret[0], 32)
        rfc6979_init(&self.seal.nonce_key, self.seal.scalar, RFC6979_P256_ORDER)
        self.seal.issuer.country = self.keep(country)
        self.seal.issuer.issued_at = issued_at
        self.seal.issuer.expires_at = expires_at
        cdef bytes own_kid = kid
        memcpy(self.seal.issuer.kid, <const uint8_t *>own_kid, 8)
        self.painter = painter

    cdef int open(self, str role, size_t n_scratch) except -1:
        """For the subclass, when all else is made: `n_scratch` bytes to work in, and the first claim may come."""
        self.scratch = aligned(n_scratch)
        self.n_scratch = n_scratch
        self.role = role
        self.is_open = True
        return 0

    cdef dcc_text keep(self, str text) except *:
        cdef bytes encoded = text.encode()
        self.kept.append(encoded)
        return dcc_text(encoded, <uint32_t>len(encoded))

    def __dealloc__(self):
        self.wipe_secrets()
        free(self.scratch)

    cdef void wipe_secrets(self) noexcept nogil:
        wipe(&self.seal, sizeof(seal_terms))
        self.wipe_scratch()

    cdef void wipe_scratch(self) noexcept nogil:
        if self.scratch != NULL:
            wipe(self.scratch, self.n_scratch)

    cdef int claim(self) except -1:
        """Takes the sealer until `release`. Two threads in its scratch memory would mix up nonces."""
        if not self.is_open:
            raise ValueError(f"the {self.role} is closed")
        if self.is_busy:
            raise ValueError(f"the {self.role} is at work in another thread; open one for each")
        self.is_busy = True
        return 0

    cdef void release(self) noexcept:
        self.is_busy = False

    def close(self):
        if not self.is_open:
            return
        self.claim()
        self.is_open = False
        self.wipe_secrets()
        self.release()

    cdef size_t seal_chunk(self, Columns batch, size_t first, size_t n, Results results) noexcept nogil:
        """Seals or refuses n rows of the batch; gives the number of those in which the machine failed."""
        return n

    cdef int seal_rows(self, Columns batch, size_t n_rows, Results results) except -1:
        """Seals or refuses all rows of the batch."""
        self.claim()
        try:
            if self.painter is not None:
                self.painter.claim()
            try:
                self.seal_chunks(batch, n_rows, results)
            finally:
                if self.painter is not None:
                    self.painter.release()
        finally:
            self.wipe_scratch()
            self.release()
        return 0

    cdef int seal_chunks(self, Columns batch, size_t n_rows, Results results) except -1:
        cdef size_t first = 0, n_failed = 0, n_drawn
        with nogil:
            while first < n_rows and n_failed == 0:
                if results.reserve() != 0:
                    break
                n_drawn = results.out.n_sealed
                n_failed = self.seal_chunk(batch, first, min(n_rows - first, <size_t>ISSUE_CHUNK), results)
                if results.wants_pictures and n_failed == 0:
                    self.draw(results, n_drawn)
                first += ISSUE_CHUNK
        if n_failed:
            raise RuntimeError(f"{n_failed} signatures failed in rows {first - ISSUE_CHUNK} and after: faulty processor?")
        if first < n_rows:
            raise MemoryError("for the texts of a batch")
        return 0

    cdef int draw(self, Results results, size_t first) except -1 nogil:
        """Draws the certificates from `first` on, while their texts are in the cache."""
        cdef painter_texts texts
        texts.validity = NULL
        texts.validity_offset = 0
        texts.offsets = results.out.hc1_offsets
        texts.bytes = results.out.hc1
        return self.painter.draw_rows(&texts, first, results.out.n_sealed, results.out.sealed_row, results.pictures)


cdef class Results:
    """The output columns of a batch while they grow, and the record batches made of them."""

    cdef seal_output out
    cdef size_t hc1_bytes
    cdef dict blocks
    cdef bint wants_pictures
    cdef Pictures pictures

    def __cinit__(self, size_t n_rows, bint wants_pictures):
        if n_rows > MAX_ROWS:
            raise ValueError(f"a batch has {MAX_ROWS} rows at most")
        self.blocks = {}
        self.wants_pictures = wants_pictures
        self.pictures = Pictures(n_rows if wants_pictures else 0)
        self.out.n_sealed = self.out.n_refused = 0
        self.out.sealed_row = <int32_t *>self.block("row", 4 * n_rows)
        self.out.hc1_offsets = <int32_t *>self.block("hc1_offsets", 4 * (n_rows + 1))
        self.out.signature_hash = <uint8_t *>self.block("signature_hash", 16 * n_rows)
        self.out.refused_row = <int32_t *>self.block("refused_row", 4 * n_rows)
        self.out.refused_reason = <uint8_t *>self.block("reason", n_rows)
        self.out.refused_field = <uint8_t *>self.block("field", n_rows)
        self.hc1_bytes = 640 * n_rows + seal_hc1_bound()
        self.out.hc1 = <uint8_t *>self.block("hc1", self.hc1_bytes)
        self.out.hc1_offsets[0] = 0

    cdef void *block(self, str name, size_t n_bytes) except NULL:
        cdef Memory memory = Memory(n_bytes)
        self.blocks[name] = memory
        return memory.at

    cdef int reserve(self) noexcept nogil:
        """Makes room for the texts of one more chunk; -1 where there is no memory."""
        cdef size_t used = <size_t>self.out.hc1_offsets[self.out.n_sealed]
        if self.hc1_bytes - used >= seal_hc1_bound():
            return 0
        with gil:
            return self.grow(2 * self.hc1_bytes)

    cdef int grow(self, size_t n_bytes) noexcept:
        cdef Memory memory = self.blocks["hc1"]
        cdef void *moved = realloc(memory.at, n_bytes)
        if moved == NULL:
            return -1
        memory.at = moved
        self.out.hc1 = <uint8_t *>moved
        self.hc1_bytes = n_bytes
        return 0

    cdef object buffer(self, str name, size_t n_bytes):
        return (<Memory>self.blocks[name]).buffer(n_bytes)

    cdef object texts(self, str name, const int32_t *offsets):
        cdef size_t n = self.out.n_sealed
        buffers = [None, self.buffer(name + "_offsets", 4 * (n + 1)), self.buffer(name, <size_t>offsets[n])]
        return pa.Array.from_buffers(pa.string(), n, buffers)

    cdef object hashes(self, str name):
        cdef size_t n = self.out.n_sealed
        offsets = pa.py_buffer(np.arange(0, 16 * (n + 1), 16, dtype=np.int32))
        return pa.Array.from_buffers(pa.binary(), n, [None, offsets, self.buffer(name, 16 * n)])

    cdef dict own_columns(self):
        """What a subclass has between the row and the certificate."""
        return {}

    cdef object sealed(self):
        cdef size_t n = self.out.n_sealed
        pictures = {"picture": self.pictures.array(n)} if self.wants_pictures else {}
        return pa.record_batch({
            "row": pa.Array.from_buffers(pa.int32(), n, [None, self.buffer("row", 4 * n)]),
            **self.own_columns(),
            "hc1": self.texts("hc1", self.out.hc1_offsets),
            "signature_hash": self.hashes("signature_hash"),
            **pictures,
        })

    cdef object refused(self):
        cdef size_t n = self.out.n_refused
        return pa.record_batch({
            "row": pa.Array.from_buffers(pa.int32(), n, [None, self.buffer("refused_row", 4 * n)]),
            "reason": pa.Array.from_buffers(pa.uint8(), n, [None, self.buffer("reason", n)]),
            "field": pa.Array.from_buffers(pa.uint8(), n, [None, self.buffer("field", n)]),
        })
