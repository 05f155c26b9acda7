# The compiled core: record batches in, record batches out, the interpreter lock released (docs/kernels.md).
# cython: boundscheck=False, wraparound=False, binding=True
"""Glue between Arrow buffers and the C kernels under native/; what it offers is described in _core.pyi."""

import os
from collections import namedtuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uintptr_t
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memcpy, memset

from signer._native cimport *

from signer.errors import CpuLevelUnknown, QrTextUnfit

MAX_ROWS = 500_000  # of a batch: the offsets of its longest possible texts still fit into 31 bits

cdef unsigned features = 0


def select_cpu(disabled):
    global features
    cdef bytes names = disabled.encode()
    cdef unsigned long length = 0
    cdef const char *unknown = cpu_unknown(names, &length)
    if unknown != NULL:
        raise CpuLevelUnknown(
            f"SIGNER_DISABLE_CPU: {unknown[:length].decode()!r} is no level; known are ifma, avx512, avx2 and shani"
        )
    features = cpu_without(cpu_detect(), names)
    sha256_select(features)
    rfc6979_select(features)
    p256_select(features)
    deflate_select(features)
    base45_select(features)
    qr_select(features)
    return cpu_level()


def cpu_level():
    return cpu_level_name(features).decode()


select_cpu(os.environ.get("SIGNER_DISABLE_CPU", ""))


cdef class Memory:
    """A block from malloc that an Arrow buffer keeps alive."""

    cdef void *at

    def __cinit__(self, size_t n_bytes):
        self.at = malloc(n_bytes if n_bytes else 1)
        if self.at == NULL:
            raise MemoryError(n_bytes)

    def __dealloc__(self):
        free(self.at)

    cdef object buffer(self, size_t n_bytes):
        return pa.foreign_buffer(<uintptr_t>self.at, n_bytes, base=self)


cdef class Issuer:
    cdef issue_terms terms
    cdef shot_products products
    cdef shot_product *product_rows
    cdef void *scratch
    cdef bint is_open, is_busy
    cdef list kept  # the Python texts that terms and products point into
    cdef QrPainter painter  # None where no pictures are wanted

    # No __init__, which could be called again: keys and terms stay those of the making.
    def __cinit__(
        self, *, scalar, kid, country, issuer, issued_at, expires_at, today, uvci_secret, person_secret,
        uvci_checksum, products, painter=None,
    ):
        self.is_open = self.is_busy = False
        self.product_rows = NULL
        self.kept = []
        self.scratch = aligned(issue_scratch_bytes())
        if len(scalar) != 32 or len(kid) != 8 or len(uvci_secret) < 16 or len(person_secret) < 16:
            raise ValueError("a scalar has 32 bytes, a kid 8, a secret 16 or more")
        if len(country) != 2 or not (country.isascii() and country.isalpha() and country.isupper()):
            raise ValueError("a country is two capital letters")
        if not 1 <= len(issuer) <= 80:
            raise ValueError("an issuer's name has 1 to 80 characters")
        cdef const uint8_t[::1] secret = scalar
        if not p256_is_scalar(&secret[0]):
            raise ValueError("a scalar lies in 1..n-1")
        memcpy(self.terms.scalar, &secret[0], 32)
        rfc6979_init(&self.terms.nonce_key, self.terms.scalar, RFC6979_P256_ORDER)
        hmac_sha256_init(&self.terms.uvci_key, uvci_secret, len(uvci_secret))
        hmac_sha256_init(&self.terms.person_key, person_secret, len(person_secret))
        self.terms.uvci_checksum = uvci_checksum
        self.terms.issuer.country = self.keep(country)
        self.terms.issuer.issuer = self.keep(issuer)
        self.terms.issuer.issued_at = issued_at
        self.terms.issuer.expires_at = expires_at
        cdef bytes own_kid = kid
        memcpy(self.terms.issuer.kid, <const uint8_t *>own_kid, 8)
        self.fill_products(products)
        self.terms.rules.products = &self.products
        self.terms.rules.today = today
        self.painter = painter
        self.is_open = True

    cdef dcc_text keep(self, str text) except *:
        cdef bytes encoded = text.encode()
        self.kept.append(encoded)
        return dcc_text(encoded, <uint32_t>len(encoded))

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
        self.wipe_secrets()
        free(self.scratch)
        free(self.product_rows)

    cdef void wipe_secrets(self) noexcept nogil:
        wipe(&self.terms, sizeof(issue_terms))
        if self.scratch != NULL:
            wipe(self.scratch, issue_scratch_bytes())

    cdef int claim(self) except -1:
        """Takes the issuer until `release`. Two threads in its scratch memory would mix up nonces."""
        if not self.is_open:
            raise ValueError("the issuer is closed")
        if self.is_busy:
            raise ValueError("the issuer is at work in another thread; open one for each")
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

    def issue(self, shots, duplicates=()):
        if shots.num_rows > MAX_ROWS:
            raise ValueError(f"a batch has {MAX_ROWS} rows at most")
        cdef Batch batch = Batch(shots, duplicates)
        cdef Results results = Results(shots.num_rows, self.painter is not None)
        self.claim()
        try:
            self.issue_rows(batch, results, shots.num_rows)
        finally:
            self.release()
        return results.issued(), results.refused()

    def uvcis(self, shots):
        if shots.num_rows > MAX_ROWS:
            raise ValueError(f"a batch has {MAX_ROWS} rows at most")
        cdef Batch batch = Batch(shots, ())
        cdef Results results = Results(shots.num_rows, False)
        self.claim()
        try:
            self.identify_rows(batch, results, shots.num_rows)
        finally:
            self.release()
        return results.uvcis_of_all(shots.num_rows)

    cdef int identify_rows(self, Batch batch, Results results, size_t n_rows) except -1:
        cdef size_t first = 0
        with nogil:
            while first < n_rows:
                issue_uvcis(&self.terms, &batch.columns, first, min(n_rows - first, <size_t>ISSUE_CHUNK), &results.out,
                            self.scratch)
                first += ISSUE_CHUNK
            wipe(self.scratch, issue_scratch_bytes())
        return 0

    cdef int draw(self, Results results, size_t first) except -1 nogil:
        """Draws the certificates from `first` on, while their texts are in the cache."""
        cdef painter_texts texts
        texts.validity = NULL
        texts.validity_offset = 0
        texts.offsets = results.out.hc1_offsets
        texts.bytes = results.out.hc1
        return self.painter.draw_rows(&texts, first, results.out.n_issued, results.out.issued_row, results.pictures)

    cdef int issue_rows(self, Batch batch, Results results, size_t n_rows) except -1:
        cdef size_t first = 0, n_failed = 0, n_drawn
        if self.painter is not None:
            self.painter.claim()
        try:
            with nogil:
                while first < n_rows and n_failed == 0:
                    if results.reserve() != 0:
                        break
                    n_drawn = results.out.n_issued
                    n_failed = issue_chunk(&self.terms, &batch.columns, first,
                                           min(n_rows - first, <size_t>ISSUE_CHUNK), batch.is_duplicate,
                                           &results.out, self.scratch)
                    if results.wants_pictures and n_failed == 0:
                        self.draw(results, n_drawn)
                    first += ISSUE_CHUNK
        finally:
            wipe(self.scratch, issue_scratch_bytes())
            if self.painter is not None:
                self.painter.release()
        if n_failed:
            raise RuntimeError(f"{n_failed} signatures failed in rows {first - ISSUE_CHUNK} and after: faulty processor?")
        if first < n_rows:
            raise MemoryError("for the texts of a batch")
        return 0


cdef class Batch:
    """The buffers of a batch of the shots schema, as the kernels want them."""

    cdef shot_columns columns
    cdef const uint8_t *is_duplicate
    cdef object kept

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

    cdef int fill_text(self, text_column *column, shots, str name) except -1:
        validity, offsets, data = self.buffers(shots, name, pa.string())
        column.validity = <const uint8_t *>address(validity)
        column.offsets = <const int32_t *>address(offsets)
        column.bytes = <const uint8_t *>address(data)
        column.n_bytes = 0 if data is None else data.size
        column.offset = shots.column(name).offset
        return 0

    cdef int fill_number(self, number_column *column, shots, str name, wanted) except -1:
        validity, values = self.buffers(shots, name, wanted)
        column.validity = <const uint8_t *>address(validity)
        column.values = <const int32_t *>address(values)
        column.offset = shots.column(name).offset
        return 0

    cdef object buffers(self, shots, str name, wanted):
        column = shots.column(name)
        if column.type != wanted:
            raise ValueError(f"column {name} is {column.type}, not {wanted}")
        return column.buffers()


cdef uintptr_t address(buffer) except? 1:
    return 0 if buffer is None else buffer.address


cdef class Results:
    """The output columns of a batch while they grow, and the record batches made of them."""

    cdef issue_output out
    cdef size_t hc1_bytes
    cdef dict blocks
    cdef bint wants_pictures
    cdef Pictures pictures

    def __cinit__(self, size_t n_rows, bint wants_pictures):
        self.blocks = {}
        self.wants_pictures = wants_pictures
        self.pictures = Pictures(n_rows if wants_pictures else 0)
        self.out.n_issued = self.out.n_refused = 0
        self.out.issued_row = <int32_t *>self.block("row", 4 * n_rows)
        self.out.uvci_offsets = <int32_t *>self.block("uvci_offsets", 4 * (n_rows + 1))
        self.out.vaccine_offsets = <int32_t *>self.block("vaccine_offsets", 4 * (n_rows + 1))
        self.out.hc1_offsets = <int32_t *>self.block("hc1_offsets", 4 * (n_rows + 1))
        self.out.uvci = <uint8_t *>self.block("uvci", UVCI_MAX * n_rows)
        self.out.vaccine = <uint8_t *>self.block("vaccine", SHOT_CODE_MAX * n_rows)
        self.out.person_key = <uint8_t *>self.block("person_key", 16 * n_rows)
        self.out.signature_hash = <uint8_t *>self.block("signature_hash", 16 * n_rows)
        self.out.refused_row = <int32_t *>self.block("refused_row", 4 * n_rows)
        self.out.refused_reason = <uint8_t *>self.block("reason", n_rows)
        self.out.refused_field = <uint8_t *>self.block("field", n_rows)
        self.hc1_bytes = 640 * n_rows + issue_hc1_bound()
        self.out.hc1 = <uint8_t *>self.block("hc1", self.hc1_bytes)
        self.out.uvci_offsets[0] = self.out.vaccine_offsets[0] = self.out.hc1_offsets[0] = 0

    cdef void *block(self, str name, size_t n_bytes) except NULL:
        cdef Memory memory = Memory(n_bytes)
        self.blocks[name] = memory
        return memory.at

    cdef int reserve(self) noexcept nogil:
        """Makes room for the texts of one more chunk; -1 where there is no memory."""
        cdef size_t used = <size_t>self.out.hc1_offsets[self.out.n_issued]
        if self.hc1_bytes - used >= issue_hc1_bound():
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
        cdef size_t n = self.out.n_issued
        buffers = [None, self.buffer(name + "_offsets", 4 * (n + 1)), self.buffer(name, <size_t>offsets[n])]
        return pa.Array.from_buffers(pa.string(), n, buffers)

    cdef object hashes(self, str name):
        cdef size_t n = self.out.n_issued
        offsets = pa.py_buffer(np.arange(0, 16 * (n + 1), 16, dtype=np.int32))
        return pa.Array.from_buffers(pa.binary(), n, [None, offsets, self.buffer(name, 16 * n)])

    cdef object issued(self):
        cdef size_t n = self.out.n_issued
        pictures = {"picture": self.pictures.array(n)} if self.wants_pictures else {}
        return pa.record_batch({
            "row": pa.Array.from_buffers(pa.int32(), n, [None, self.buffer("row", 4 * n)]),
            "uvci": self.texts("uvci", self.out.uvci_offsets),
            "person_key": self.hashes("person_key"),
            "vaccine": self.texts("vaccine", self.out.vaccine_offsets),
            "hc1": self.texts("hc1", self.out.hc1_offsets),
            "signature_hash": self.hashes("signature_hash"),
            **pictures,
        })

    cdef object uvcis_of_all(self, size_t n_rows):
        """The UVCIs line by line with the rows of the batch, null for those refused."""
        cdef size_t n = self.out.n_issued
        is_issued = np.zeros(n_rows, np.bool_)
        is_issued[np.frombuffer(self.buffer("row", 4 * n), np.int32)] = True
        ends = np.concatenate([[0], np.cumsum(is_issued)])  # how many are issued before each row
        offsets = np.frombuffer(self.buffer("uvci_offsets", 4 * (n + 1)), np.int32)[ends]
        validity = pa.py_buffer(np.packbits(is_issued, bitorder="little"))
        texts = self.buffer("uvci", <size_t>self.out.uvci_offsets[n])
        return pa.Array.from_buffers(pa.string(), n_rows, [validity, pa.py_buffer(offsets), texts])

    cdef object refused(self):
        cdef size_t n = self.out.n_refused
        return pa.record_batch({
            "row": pa.Array.from_buffers(pa.int32(), n, [None, self.buffer("refused_row", 4 * n)]),
            "reason": pa.Array.from_buffers(pa.uint8(), n, [None, self.buffer("reason", n)]),
            "field": pa.Array.from_buffers(pa.uint8(), n, [None, self.buffer("field", n)]),
        })


include "_core_names.pxi"
include "_core_pictures.pxi"
include "_core_verify.pxi"
include "_core_kernels.pxi"
