# Names to the keys by which they are compared: what `clean` matches persons with.

MAX_NAMES_BYTES = ((1 << 31) - 1 - 8) // 3  # of a column: the offsets of its keys have 31 bits


cdef void write_keys(
    size_t n, const int32_t *at, const uint8_t *text, const uint8_t *is_valid, int64_t bit, int32_t *ends,
    uint8_t *readable, uint8_t *keys
) noexcept nogil:
    """Keys one behind the other, their ends, and a bit for each name that has one; `bit`: of the first name."""
    cdef size_t row, length
    memset(readable, 0, (n + 7) // 8)
    ends[0] = 0
    for row in range(n):
        length = 0
        if is_valid == NULL or is_valid[(bit + row) >> 3] >> ((bit + row) & 7) & 1:
            length = name_key(text + at[row], at[row + 1] - at[row], keys + ends[row])
        ends[row + 1] = ends[row] + <int32_t>length
        readable[row >> 3] |= (length != 0) << (row & 7)


def name_keys(full_names):
    if full_names.type != pa.string():
        raise ValueError(f"full_names are {full_names.type}, not string")
    validity, offsets, data = full_names.buffers()
    cdef size_t n = len(full_names)
    if n == 0:
        return pa.array([], pa.string())
    cdef const uint8_t *is_valid = <const uint8_t *>address(validity)
    cdef int64_t bit = full_names.offset
    cdef const int32_t *at = <const int32_t *>address(offsets) + bit
    cdef const uint8_t *text = <const uint8_t *>address(data)
    cdef int64_t n_bytes = at[n] - at[0]
    if n_bytes > MAX_NAMES_BYTES:
        raise ValueError(f"names of {n_bytes} bytes in one array; give it fewer rows")
    cdef Memory ends = Memory(4 * (n + 1)), readable = Memory((n + 7) // 8), keys = Memory(NAME_KEY_BOUND(n_bytes))
    with nogil:
        write_keys(n, at, text, is_valid, bit, <int32_t *>ends.at, <uint8_t *>readable.at, <uint8_t *>keys.at)
    buffers = [readable.buffer((n + 7) // 8), ends.buffer(4 * (n + 1)), keys.buffer((<int32_t *>ends.at)[n])]
    return pa.Array.from_buffers(pa.string(), n, buffers)
