"""Bytes as text of a page: seven bits a character, an eighth more than the bytes where base64 takes a third.

``app/src/loader/unpack.ts`` reads it; the two change together. Characters that HTML, or a system that
reads files as text, may change are not in it: each is told in a character of two bytes, with what follows.
"""

from __future__ import annotations

import numpy as np

AVOIDED = (0x00, 0x0A, 0x0D, 0x1A, 0x22, 0x26, 0x3C)
"""NUL, line ends, end of file on Windows, and quotation mark, ampersand and less-than sign."""

ALONE = 8
"""Added to the rank of an avoided character that nothing follows."""


def text_of(content: bytes) -> str:
    r"""Return bytes as text that can stand in a script element of a page in UTF-8.

    >>> text_of(b"atlas")
    '0]ǆ\x0bL'
    """
    bits = np.unpackbits(np.frombuffer(content, dtype=np.uint8))
    bits = np.concatenate((bits, np.zeros(-len(bits) % 7, dtype=np.uint8)))
    septets = (np.packbits(bits.reshape(-1, 7), axis=1)[:, 0] >> 1).astype(np.uint32)
    kept = np.ones(len(septets), dtype=bool)
    after = 0
    for place in np.flatnonzero(np.isin(septets, AVOIDED)).tolist():
        if place < after:
            continue  # it is told with the one before
        after = place + 2
        rank = AVOIDED.index(int(septets[place])) + 1
        if after > len(septets):
            septets[place] = (rank + ALONE) << 7
        else:
            septets[place] = rank << 7 | int(septets[place + 1])
            kept[place + 1] = False
    return septets[kept].astype("<u4").tobytes().decode("utf-32-le")
