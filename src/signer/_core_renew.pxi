# Stored certificates signed anew.


cdef class Renewer(Sealer):
    cdef void *reading  # apart from scratch, which is wiped after each batch

    def __cinit__(self, *, scalar, kid, country, issued_at, expires_at, painter=None):
        self.reading = aligned(renew_reading_bytes())
        self.open("renewer", renew_scratch_bytes())

    def __dealloc__(self):
        free(self.reading)

    def renew(self, certificates):
        cdef Certificates batch = Certificates(certificates)
        cdef Results results = Results(certificates.num_rows, self.painter is not None)
        self.seal_rows(batch, certificates.num_rows, results)
        return results.sealed(), results.refused()

    cdef size_t seal_chunk(self, Columns batch, size_t first, size_t n, Results results) noexcept nogil:
        return renew_chunk(&self.seal, &(<Certificates>batch).columns, first, n, &results.out, self.scratch, self.reading)


cdef class Certificates(Columns):
    """The buffers of a batch of stored certificates."""

    cdef certificate_columns columns

    def __cinit__(self, certificates):
        self.kept = [certificates]
        self.fill_text(&self.columns.hc1, certificates, "hc1")
        self.fill_text(&self.columns.kid, certificates, "kid", pa.binary())
        self.fill_text(&self.columns.uvci, certificates, "uvci")
        self.fill_time(&self.columns.issued_at, certificates, "iat")
        self.fill_time(&self.columns.expires_at, certificates, "exp")
