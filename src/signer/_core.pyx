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
    picture_select(features)
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


cdef uintptr_t address(buffer) except? 1:
    return 0 if buffer is None else buffer.address


cdef class Columns:
    """The buffers of a record batch, as the kernels want them."""

    cdef list kept

    cdef int fill_text(self, text_column *column, batch, str name, wanted=pa.string()) except -1:
        validity, offsets, data = self.buffers(batch, name, wanted)
        column.validity = <const uint8_t *>address(validity)
        column.offsets = <const int32_t *>address(offsets)
        column.bytes = <const uint8_t *>address(data)
        column.n_bytes = 0 if data is None else data.size
        column.offset = batch.column(name).offset
        return 0

    cdef int fill_number(self, number_column *column, batch, str name, wanted) except -1:
        validity, values = self.buffers(batch, name, wanted)
        column.validity = <const uint8_t *>address(validity)
        column.values = <const int32_t *>address(values)
        column.offset = batch.column(name).offset
        return 0

    cdef int fill_time(self, time_column *column, batch, str name) except -1:
        validity, values = self.buffers(batch, name, pa.timestamp("us", "UTC"))
        column.validity = <const uint8_t *>address(validity)
        column.values = <const int64_t *>address(values)
        column.offset = batch.column(name).offset
        return 0

    cdef object buffers(self, batch, str name, wanted):
        column = batch.column(name)
        if column.type != wanted:
            raise ValueError(f"column {name} is {column.type}, not {wanted}")
        return column.buffers()


include "_core_seal.pxi"
include "_core_issue.pxi"
include "_core_renew.pxi"
include "_core_names.pxi"
include "_core_pictures.pxi"
include "_core_verify.pxi"
include "_core_kernels.pxi"
