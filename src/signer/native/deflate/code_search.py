"""Finds the complete Huffman code for which a deflate block's header and text are shortest together.

The header run-length codes the code lengths and Huffman codes the result (RFC 1951 section 3.2.7), so equal
neighbours are cheap. With prices for the symbols of that inner code fixed, a dynamic program over (symbol,
length of the symbol before, Kraft sum so far) gives the best lengths exactly. The prices then follow from
what it chose, and the two are taken in turn until nothing gets shorter; seeded random starting prices keep it
from a poor end.
"""

import heapq
import random
from collections import Counter
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

MAX_BITS = 11  # five literals and seven waiting bits fit the encoder's 64-bit buffer; 12 was no shorter
WHOLE = 1 << MAX_BITS  # the Kraft sum of a complete code in units of its longest codes
REPEAT, REPEAT_BITS = 16, 2  # "copy the length before 3 to 6 times"
REPEATS = (3, 4, 5, 6)
LENGTH_ORDER = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)
NEVER = np.int64(1) << 60

Code = dict[int, int]  # symbol to bits
Item = tuple[int, int]  # symbol of the inner code, value of its extra bits


def huffman(weights: dict[int, int], limit: int) -> Code:
    """Code lengths for positive weights, which are flattened until no length is over `limit`."""
    heap = [(weight, symbol, [symbol]) for symbol, weight in weights.items()]
    lengths = dict.fromkeys(weights, 0)
    heapq.heapify(heap)
    while len(heap) > 1:
        first, second = heapq.heappop(heap), heapq.heappop(heap)
        for symbol in first[2] + second[2]:
            lengths[symbol] += 1
        heapq.heappush(heap, (first[0] + second[0], first[1], first[2] + second[2]))
    if max(lengths.values()) > limit:
        return huffman({symbol: weight + min(weights.values()) for symbol, weight in weights.items()}, limit)
    return lengths


def run_items(length: int, count: int) -> list[Item]:
    """A run of equal code lengths: the length once, then as few repeats as will do."""
    left = count - 1
    if left < REPEATS[0]:
        return [(length, 0)] * count
    n_repeats = -(-left // REPEATS[-1])
    items = [(length, 0)]
    for after in reversed(range(n_repeats)):
        repeat = min(REPEATS[-1], left - REPEATS[0] * after)
        items.append((REPEAT, repeat - REPEATS[0]))
        left -= repeat
    return items


def header_items(lengths: list[int]) -> list[Item]:
    """The literal lengths, and one distance code of no bits, which means that no distances are used."""
    runs = ((length, sum(1 for _ in run)) for length, run in groupby(lengths))
    return [item for length, count in runs for item in run_items(length, count)] + [(0, 0)]


def length_code(items: list[Item]) -> Code:
    """The inner code: the Huffman code of the header's items."""
    return huffman(Counter(symbol for symbol, _ in items), 7)


def n_length_codes(code: Code) -> int:
    """How many lengths of the inner code the header holds."""
    return max(4, *(LENGTH_ORDER.index(symbol) + 1 for symbol in code))


def header_bits(lengths: list[int]) -> int:
    """Bits of the whole header, the three that begin the block included."""
    items = header_items(lengths)
    code = length_code(items)
    body = sum(code[symbol] + REPEAT_BITS * (symbol == REPEAT) for symbol, _ in items)
    return 3 + 14 + 3 * n_length_codes(code) + body


class Board:
    """The dynamic program's table: cheapest bits by symbols done, last length and Kraft sum."""

    def __init__(self, n_symbols: int) -> None:
        shape = (n_symbols + 1, MAX_BITS + 1, WHOLE + 1)
        self.cost: NDArray[np.int64] = np.full(shape, NEVER)
        self.step: NDArray[np.uint8] = np.zeros(shape, np.uint8)  # symbols that the last item covers

    def offer(self, at: int, step: int, length: int, before: NDArray[np.int64], price: int) -> None:
        """`step` symbols of `length` may follow the first `at`, at `price` on top of `before`."""
        weight = step * (WHOLE >> length)
        if at + step >= len(self.cost) or weight > WHOLE:
            return
        offered = before[: WHOLE + 1 - weight] + price
        cost = self.cost[at + step, length, weight:]
        better = offered < cost
        cost[better] = offered[better]
        self.step[at + step, length, weight:][better] = step

    def lengths(self) -> list[int]:
        """The lengths of the cheapest complete code."""
        backwards: list[int] = []
        at, kraft = len(self.cost) - 1, WHOLE
        length = int(self.cost[at, :, kraft].argmin())
        while at:
            step = int(self.step[at, length, kraft])
            backwards += [length] * step
            at, kraft = at - step, kraft - step * (WHOLE >> length)
            if step == 1:  # a repeat carries the length on, else any length may stand before
                length = int(self.cost[at, :, kraft].argmin())
        return backwards[::-1]


def best_lengths(counts: list[int], prices: dict[int, int]) -> list[int]:
    """The complete code of least total bits, where an item of the header costs prices[symbol]."""
    board = Board(len(counts))
    before = np.full(WHOLE + 1, NEVER)
    before[0] = 0
    for at, count in enumerate(counts):
        if at:
            before = board.cost[at].min(axis=0)
        for length in range(1, MAX_BITS + 1):
            board.offer(at, 1, length, before, prices[length] + count * length)
            for step in REPEATS:
                price = prices[REPEAT] + sum(counts[at : at + step]) * length
                board.offer(at, step, length, board.cost[at, length], price)
    return board.lengths()


def descend(counts: list[int], inner: Code) -> tuple[int, list[int]]:
    """Takes lengths and prices in turn while the bits of all messages fall. Gives bits and lengths."""
    n_messages = counts[-1]
    total, lengths = int(NEVER), list[int]()
    while True:
        prices = {
            symbol: n_messages * (inner.get(symbol, 7) + REPEAT_BITS * (symbol == REPEAT))
            for symbol in LENGTH_ORDER
        }
        tried = best_lengths(counts, prices)
        cost = n_messages * header_bits(tried) + sum(map(int.__mul__, counts, tried))
        if cost >= total:
            return total, lengths
        total, lengths, inner = cost, tried, length_code(header_items(tried))


def search(counts: list[int], seed: int, n_starts: int) -> list[int]:
    """The best code lengths that `n_starts` descents find for `counts`, whose last is one per message."""
    source = random.Random(seed)  # noqa: S311 - starting points, not secrets
    starts = [{symbol: source.randint(2, 6) for symbol in LENGTH_ORDER} for _ in range(n_starts)]
    return min(descend(counts, start) for start in starts)[1]
