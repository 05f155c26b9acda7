"""Trains the Huffman code of the text block and writes deflate_table.h.

Run from the root of the project: `PYTHONPATH=src python -m signer.native.deflate.train`. The same corpus and
seed give the same file, within a minute.

A message is cut in three by position: its first PREFIX bytes (COSE and CWT heads, the random kid) go into a
block with the fixed code, its last SUFFIX bytes (the random signature and its head) are stored, and the text
between goes into a block whose code, sent in the block's header, is the one found here. All 256 literals get
a code, so that any byte may stand anywhere. There are no matches: such messages hardly repeat themselves. The
cuts were found by trying: 43 and 66 gave 333.4 bytes a message, no cuts 339.9, zlib 347.5.

What is minimised is header and text together (code_search.py).
"""

from collections import Counter
from pathlib import Path

from signer.native.deflate.code_search import (
    LENGTH_ORDER,
    MAX_BITS,
    Code,
    header_items,
    length_code,
    n_length_codes,
    search,
)
from signer.native.deflate.corpus import make_messages

PREFIX = 43
SUFFIX = 66
SEED = 5772
N_MESSAGES = 10_000
N_STARTS = 40
END_OF_BLOCK = 256
CHUNK_BITS = 56  # what a 64-bit buffer takes with up to seven bits waiting
TARGET = Path(__file__).with_name("deflate_table.h")
EXTRA_BITS = {16: 2}
FIXED_LENGTHS = [8] * 144 + [9] * 112 + [7] * 24 + [8] * 8  # RFC 1951 section 3.2.6


def text_counts(messages: list[bytes]) -> list[int]:
    """Occurrences of each literal in the text between prefix and suffix, and of the end of the block."""
    counter: Counter[int] = Counter()
    for message in messages:
        counter.update(message[PREFIX : len(message) - SUFFIX])
    return [counter[symbol] for symbol in range(END_OF_BLOCK)] + [len(messages)]


def canonical(lengths: Code) -> Code:
    """Codes for the code lengths, RFC 1951 section 3.2.2, bits reversed as the stream takes them."""
    codes, code = dict.fromkeys(lengths, 0), 0
    for bits in range(1, max(lengths.values()) + 1):
        for symbol in sorted(symbol for symbol, length in lengths.items() if length == bits):
            codes[symbol] = int(f"{code:0{bits}b}"[::-1], 2)
            code += 1
        code <<= 1
    return codes


def header_fields(lengths: list[int]) -> list[tuple[int, int]]:
    """The header of the block as (value, bits), RFC 1951 section 3.2.7; no final block, type 2."""
    items = header_items(lengths)
    bits = length_code(items)
    codes, n_codes = canonical(bits), n_length_codes(bits)
    fields = [(0, 1), (2, 2), (0, 5), (0, 5), (n_codes - 4, 4)]
    fields += [(bits.get(symbol, 0), 3) for symbol in LENGTH_ORDER[:n_codes]]
    for symbol, extra in items:
        fields += [(codes[symbol], bits[symbol]), (extra, EXTRA_BITS.get(symbol, 0))]
    return fields


def header_chunks(lengths: list[int]) -> tuple[list[int], int]:
    """The header in chunks of CHUNK_BITS, first bit lowest, and its length in bits."""
    whole = at = 0
    for value, bits in header_fields(lengths):
        whole |= value << at
        at += bits
    return [whole >> i & (1 << CHUNK_BITS) - 1 for i in range(0, at, CHUNK_BITS)], at


def rows(values: list[int], per_row: int, form: str) -> str:
    cells = [format(value, form) for value in values]
    lines = [", ".join(cells[i : i + per_row]) for i in range(0, len(cells), per_row)]
    return ",\n".join(f"    {line}" for line in lines)


def table_text(lengths: list[int]) -> str:
    """deflate_table.h for the code lengths of 256 literals and the end of the block."""
    codes, fixed = canonical(dict(enumerate(lengths))), canonical(dict(enumerate(FIXED_LENGTHS)))
    chunks, header_bits = header_chunks(lengths)
    return f"""/* The trained code of the text block, RFC 1951 section 3.2.7. Written by train.py. */
#ifndef SIGNER_DEFLATE_TABLE_H
#define SIGNER_DEFLATE_TABLE_H

#include <stdint.h>

/* clang-format off */
#define DEFLATE_PREFIX_BYTES {PREFIX}
#define DEFLATE_SUFFIX_BYTES {SUFFIX}
#define DEFLATE_MAX_BITS {MAX_BITS}
#define DEFLATE_HEADER_BITS {header_bits}
#define DEFLATE_CHUNK_BITS {CHUNK_BITS}
#define DEFLATE_END_BITS {lengths[END_OF_BLOCK]}
#define DEFLATE_END_CODE {codes[END_OF_BLOCK]:#x}

/* The block's header, first bit lowest, {CHUNK_BITS} bits an element. */
static const uint64_t DEFLATE_HEADER[{len(chunks)}] = {{
{rows(chunks, 5, "#016x")},
}};

/* Code of each literal, first bit lowest. */
static const uint16_t DEFLATE_CODE[256] = {{
{rows([codes[symbol] for symbol in range(256)], 12, "#05x")},
}};

/* Bits of each literal's code. */
static const uint8_t DEFLATE_BITS[256] = {{
{rows(lengths[:256], 24, "2d")},
}};

/* Code of each literal in the fixed code, first bit lowest: 8 bits, from literal 144 on 9. */
static const uint16_t DEFLATE_FIXED_CODE[256] = {{
{rows([fixed[symbol] for symbol in range(256)], 12, "#05x")},
}};
/* clang-format on */

#endif
"""


def main() -> None:
    counts = text_counts(make_messages(N_MESSAGES, SEED))
    TARGET.write_text(table_text(search(counts, SEED, N_STARTS)))


if __name__ == "__main__":
    main()
