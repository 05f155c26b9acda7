# Rows of the shots table to certificates.


cdef class Issuer(Sealer):
    cdef issue_terms terms
    cdef shot_products products
    cdef shot_product *product_rows

    def __cinit__(
        self, *, scalar, kid, country, issuer, issued_at, expires_at, today, uvci_secret, person_secret,
        uvci_checksum, products, painter=None,
    ):
        self.product_rows = NULL
        if len(uvci_secret) < 16 or len(person_secret) < 16:
            raise ValueError("a secret has 16 bytes or more")
        if not 1 <= len(issuer) <= 80:
            raise ValueError("an issuer's name has 1 to 80 characters")
        self.seal.issuer.issuer = self.keep(issuer)
        hmac_sha256_init(&self.terms.uvci_key, uvci_secret, len(uvci_secret))
        hmac_sha256_init(&self.terms.person_key, person_secret, len(person_secret))
        self.terms.uvci_checksum = uvci_checksum
        self.fill_products(products)
        self.terms.seal = &self.seal
        self.terms.rules.products = &self.products
        self.terms.rules.today = today
        self.open("issuer", issue_scratch_bytes())

    cdef int fill_products(self, products) except -1:
        cdef Py_ssize_t i
        self.product_rows = <shot_product *>malloc(max(1, len(products)) * sizeof(shot_product))
        if self.product_rows == NULL:
            raise MemoryError()
        for i, (name, mp, ma, vp) in enumerate(products):
            self.product_rows[i] = shot_product(self.keep(name), self.keep(mp), self.keep(ma), self.keep(vp))
        if shot_products_init(&self.products, self.product_rows, <uint32_t>len(products)) != 0:
            raise ValueError("products: over 200, two of one name, or a text that is empty or over 80 bytes")
        return 0

    def __dealloc__(self):
        free(self.product_rows)

    cdef void wipe_secrets(self) noexcept nogil:
        wipe(&self.terms, sizeof(issue_terms))
        Sealer.wipe_secrets(self)

    def issue(self, shots, duplicates=()):
        cdef Shots batch = Shots(shots, duplicates)
        cdef IssuedRows results = IssuedRows(shots.num_rows, self.painter is not None)
        self.seal_rows(batch, shots.num_rows, results)
        return results.sealed(), results.refused()

    cdef size_t seal_chunk(self, Columns batch, size_t first, size_t n, Results results) noexcept nogil:
        return issue_chunk(&self.terms, &(<Shots>batch).columns, first, n, (<Shots>batch).is_duplicate,
                           &(<IssuedRows>results).own, self.scratch)

    def uvcis(self, shots):
        cdef Shots batch = Shots(shots, ())
        cdef IssuedRows results = IssuedRows(shots.num_rows, False)
        self.claim()
        try:
            self.identify_rows(batch, results, shots.num_rows)
        finally:
            self.release()
        return results.uvcis_of_all(shots.num_rows)

    cdef int identify_rows(self, Shots batch, IssuedRows results, size_t n_rows) except -1:
        cdef size_t first = 0
        with nogil:
            while first < n_rows:
                issue_uvcis(&self.terms, &batch.columns, first, min(n_rows - first, <size_t>ISSUE_CHUNK), &results.own,
                            self.scratch)
                first += ISSUE_CHUNK
            self.wipe_scratch()
        return 0


cdef class Shots(Columns):
    """The buffers of a batch of the shots schema."""

    cdef shot_columns columns
    cdef const uint8_t *is_duplicate

    def __cinit__(self, shots, duplicates):
        self.kept = [shots]
        self.fill_text(&self.columns.shot_id, shots, "shot_id")
        self.fill_text(&self.columns.person_id, shots, "person_id")
        self.fill_text(&self.columns.full_name, shots, "full_name")
        self.fill_text(&self.columns.date_of_birth, shots, "date_of_birth")
        self.fill_text(&self.columns.vaccine, shots, "vaccine")
        self.fill_text(&self.columns.province, shots, "province")
        self.fill_text(&self.columns.district, shots, "district")
        self.fill_text(&self.columns.facility, shots, "facility")
        self.fill_number(&self.columns.dose_number, shots, "dose_number", pa.int32())
        self.fill_number(&self.columns.doses_in_series, shots, "doses_in_series", pa.int32())
        self.fill_number(&self.columns.vaccinated_on, shots, "vaccinated_on", pa.date32())
        if "supersedes" in shots.schema.names:
            self.fill_text(&self.columns.supersedes, shots, "supersedes")
        self.is_duplicate = NULL
        cdef uint8_t[::1] marks
        if len(duplicates):
            marks = np.zeros(shots.num_rows, np.uint8)
            np.asarray(marks)[np.asarray(duplicates)] = 1
            self.kept.append(marks)
            self.is_duplicate = &marks[0]


cdef class IssuedRows(Results):
    """The columns that issuing has beside those of the certificates themselves."""

    cdef issue_output own

    def __cinit__(self, size_t n_rows, bint wants_pictures):
        self.own.sealed = &self.out
        self.own.uvci_offsets = <int32_t *>self.block("uvci_offsets", 4 * (n_rows + 1))
        self.own.vaccine_offsets = <int32_t *>self.block("vaccine_offsets", 4 * (n_rows + 1))
        self.own.uvci = <uint8_t *>self.block("uvci", UVCI_MAX * n_rows)
        self.own.vaccine = <uint8_t *>self.block("vaccine", SHOT_CODE_MAX * n_rows)
        self.own.person_key = <uint8_t *>self.block("person_key", 16 * n_rows)
        self.own.uvci_offsets[0] = self.own.vaccine_offsets[0] = 0

    cdef dict own_columns(self):
        return {
            "uvci": self.texts("uvci", self.own.uvci_offsets),
            "person_key": self.hashes("person_key"),
            "vaccine": self.texts("vaccine", self.own.vaccine_offsets),
        }

    cdef object uvcis_of_all(self, size_t n_rows):
        """The UVCIs line by line with the rows of the batch, null for those refused."""
        cdef size_t n = self.out.n_sealed
        is_issued = np.zeros(n_rows, np.bool_)
        is_issued[np.frombuffer(self.buffer("row", 4 * n), np.int32)] = True
        ends = np.concatenate([[0], np.cumsum(is_issued)])  # how many are issued before each row
        offsets = np.frombuffer(self.buffer("uvci_offsets", 4 * (n + 1)), np.int32)[ends]
        validity = pa.py_buffer(np.packbits(is_issued, bitorder="little"))
        texts = self.buffer("uvci", <size_t>self.own.uvci_offsets[n])
        return pa.Array.from_buffers(pa.string(), n_rows, [validity, pa.py_buffer(offsets), texts])
