"""Looking through a file's bytes: at the speed of memory, and most often to find nothing.

Arrow's regular expressions find fixed characters several times faster than `bytes.find`.

Belongs here: whether and how often a pattern stands in bytes. Does not: what follows from it.
"""

import struct

import pyarrow as pa
import pyarrow.compute as pc

_ENDS = struct.Struct("=ii")


class Searched:
    """Bytes to be searched several times; at most 2 GiB."""

    def __init__(self, data: bytes) -> None:
        ends = pa.py_buffer(_ENDS.pack(0, len(data)))
        self._array = pa.Array.from_buffers(pa.binary(), 1, [None, ends, pa.py_buffer(data)])

    def holds(self, pattern: str) -> bool:
        r"""Whether a regular expression matches somewhere.

        >>> Searched(b"<p onclick=''>").holds(r" on[a-z]+\s*=")
        True
        """
        return bool(pc.match_substring_regex(self._array, pattern=pattern)[0].as_py())

    def count(self, pattern: str) -> int:
        """How often a regular expression matches.

        >>> Searched(b"xmlns xmlns:a").count("xmlns")
        2
        """
        return int(pc.count_substring_regex(self._array, pattern=pattern)[0].as_py())
