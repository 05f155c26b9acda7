# Texts to pictures of QR symbols: what `issue` and `pack` draw with.

PICTURES = {"png": PICTURE_PNG, "svg": PICTURE_SVG, "bits": PICTURE_BITS}
LEVELS = "LMQH"
MAX_PICTURE_BYTES = (1 << 31) - 1  # of a column: its offsets have 31 bits

QrSymbol = namedtuple("QrSymbol", "version level mask side bits")


cdef class QrPainter:
    cdef painter painter
    cdef bint is_busy

    # No __init__, which could be called again: settings and tables stay those of the making.
    def __cinit__(self, *, picture, level="Q", raise_level=False, lower_level=False, scale=4, quiet_zone=4):
        if picture not in PICTURES:
            raise ValueError(f"picture is one of {', '.join(PICTURES)}, not {picture!r}")
        if not (len(level) == 1 and level in LEVELS):
            raise ValueError(f"level is one of {', '.join(LEVELS)}, not {level!r}")
        self.is_busy = False
        self.painter.encoder = <qr_encoder *>aligned(qr_encoder_bytes())
        self.painter.writer = <picture_writer *>aligned(picture_writer_bytes())
        qr_encoder_init(self.painter.encoder)
        if min(scale, quiet_zone) < 0 or picture_writer_init(self.painter.writer, PICTURES[picture], scale, quiet_zone):
            raise ValueError("scale is 1 to 16 and quiet_zone 0 to 32")
        cdef int place = LEVELS.index(level)
        self.painter.level = <qr_level>place
        self.painter.raise_level = raise_level
        self.painter.lower_level = lower_level

    def __dealloc__(self):
        free(self.painter.encoder)
        free(self.painter.writer)

    def draw(self, texts):
        if texts.type != pa.string():
            raise ValueError(f"texts are {texts.type}, not string")
        validity, offsets, data = texts.buffers()
        cdef painter_texts given
        given.validity = <const uint8_t *>address(validity)
        given.validity_offset = texts.offset
        given.offsets = <const int32_t *>address(offsets) + <int64_t>texts.offset
        given.bytes = <const uint8_t *>address(data)
        cdef size_t n = len(texts)
        cdef Pictures pictures = Pictures(n)
        self.claim()
        try:
            with nogil:
                self.draw_rows(&given, 0, n, NULL, pictures)
        finally:
            self.release()
        drawn = pictures.array(n)
        return pc.if_else(texts.is_valid(), drawn, None) if texts.null_count else drawn

    cdef int claim(self) except -1:
        """Takes the painter until `release`. Tables are made at first use: two threads would make one at once."""
        if self.is_busy:
            raise ValueError("the painter is at work in another thread; open one for each")
        self.is_busy = True
        return 0

    cdef void release(self) noexcept:
        self.is_busy = False

    cdef int draw_rows(
        self, const painter_texts *texts, size_t first, size_t n, const int32_t *rows, Pictures pictures
    ) except -1 nogil:
        """Draws texts first..n - 1 behind what stands in `pictures`. The painter is claimed.

        Raises QrTextUnfit, naming the text's place, or if `rows` is not NULL the row given for it there.
        """
        cdef qr_status status = QR_OK
        cdef size_t row = first
        cdef int32_t length
        while status == QR_OK and row < n:
            status = painter_draw(&self.painter, texts, row, n, &pictures.out, &row)
            if status != QR_OK:
                length = texts.offsets[row + 1] - texts.offsets[row]
                with gil:
                    raise QrTextUnfit(self.unfit(status, row if rows == NULL else rows[row], length))
            if row < n:
                with gil:
                    pictures.grow(<size_t>pictures.out.offsets[row] + painter_bound(&self.painter))
        return 0

    cdef object unfit(self, qr_status status, row, length):
        if status == QR_EMPTY:
            return f"row {row}: the text is empty; a QR code holds one character at least"
        if status == QR_CHARACTER:
            return f"row {row}: the text has a character outside 0-9, A-Z and ' $%*+-./:', which are those of base45"
        level = LEVELS[<int>self.painter.level]
        return f"row {row}: {length} characters are too many for a QR code of level {level}; take a lower level"


cdef class Pictures:
    """A column of pictures while it grows."""

    cdef painter_pictures out
    cdef Memory offsets, bytes

    def __cinit__(self, size_t n_rows):
        self.offsets = Memory(4 * (n_rows + 1))
        self.bytes = Memory(2048 * n_rows)
        self.out.offsets = <int32_t *>self.offsets.at
        self.out.offsets[0] = 0
        self.out.bytes = <uint8_t *>self.bytes.at
        self.out.capacity = 2048 * n_rows

    cdef int grow(self, size_t least) except -1:
        """Makes room for `least` bytes in all, and for many more pictures."""
        if least > <size_t>MAX_PICTURE_BYTES:
            raise ValueError("pictures of over 2 GiB in one batch; give it fewer rows")
        cdef size_t wanted = min(max(least, 2 * self.out.capacity), <size_t>MAX_PICTURE_BYTES)
        cdef void *moved = realloc(self.bytes.at, wanted)
        if moved == NULL:
            raise MemoryError(wanted)
        self.bytes.at = moved
        self.out.bytes = <uint8_t *>moved
        self.out.capacity = wanted
        return 0

    cdef object array(self, size_t n):
        buffers = [None, self.offsets.buffer(4 * (n + 1)), self.bytes.buffer(<size_t>self.out.offsets[n])]
        return pa.Array.from_buffers(pa.binary(), n, buffers)


def qr_symbol(text, *, level="Q", raise_level=False):
    cdef QrPainter one = QrPainter(picture="bits", level=level, raise_level=raise_level)
    # A surrogate, which UTF-8 cannot have, is one more character that does not fit.
    column = pa.array([text.encode("utf-8", "surrogatepass")], pa.binary()).view(pa.string())
    try:
        bits = one.draw(column)[0].as_py()
    except QrTextUnfit as error:
        raise QrTextUnfit(str(error).removeprefix("row 0: ")) from None
    cdef painter *p = &one.painter
    return QrSymbol(p.symbol.version, LEVELS[p.symbol.level], p.symbol.mask, p.symbol.side, bits)


cdef void *aligned(size_t n_bytes) except NULL:
    cdef void *memory = aligned_alloc(64, (n_bytes + 63) // 64 * 64)
    if memory == NULL:
        raise MemoryError(n_bytes)
    return memory
