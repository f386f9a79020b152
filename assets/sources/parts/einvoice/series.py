"""The numbers of a company's own invoices, and which of them are missing.

Belongs here: series of numbers. Does not: what a missing one means for the books.

Source: momsbekendtgørelsen (invoices are numbered in one or more series without gaps).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

_LONGEST_GAP = 1000


@dataclass(slots=True)
class Series:
    """Numbers by the text before their last digits, each with the file it is in."""

    _found: dict[str, dict[int, str]] = field(default_factory=dict)

    def add(self, number: str, name: str) -> None:
        """One document's number; one that does not end in digits is in no series."""
        split = re.fullmatch(r"(.*?)(\d{1,15})", number.strip())
        if split is not None:
            self._found.setdefault(split[1], {})[int(split[2])] = name

    def missing(self) -> Iterator[tuple[str, str, str]]:
        """What is missing, between which numbers, and the file of the number after it.

        Only in series more than half of whose span is there; leading zeros are not shown.

        >>> series = Series()
        >>> for number in ("F-1", "F-2", "F-4"):
        ...     series.add(number, "a.xml")
        >>> list(series.missing())
        [('F-3 is', 'F-2 and F-4', 'a.xml')]
        """
        for prefix, found in sorted(self._found.items()):
            numbers = sorted(found)
            if 2 * len(numbers) < numbers[-1] - numbers[0] + 1:
                continue
            for before, after in pairwise(numbers):
                first, last = f"{prefix}{before + 1}", f"{prefix}{after - 1}"
                if before + 1 < after <= before + 1 + _LONGEST_GAP:
                    told = f"{first} is" if first == last else f"{first} to {last} are"
                    yield told, f"{prefix}{before} and {prefix}{after}", found[after]
