"""Text in PC8 (CP437), the one character set of SIE 1-4, or in UTF-8 where a person asks for it.

CP437 has no ø, no € and no dash. Texts are written with the customary replacement (ø → ö), and
what was replaced is counted; identifiers are written as they are or refused, so that two of them
never become one. Of CP437 only the characters are used whose bytes no reader takes for another
set: readers tell the sets apart by the bytes from 0xC0 on.

Belongs here: which characters, and what stands for the rest. Does not: quotation (`sie4`).

Source: SIE filformat utgåva 4B, section 5.
"""

import unicodedata
from collections import Counter

from warehouse.errors import PermanentError

ENCODINGS = {"pc8": "cp437", "utf-8": "utf-8"}
"""The option's values → Python's codecs."""

_FIRST_DOUBTFUL, _LAST_DOUBTFUL = 0xC0, 0xF7
_CUSTOMARY = {
    "ø": "ö", "Ø": "Ö", "ß": "ss", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "œ": "oe", "Œ": "Oe",
    "ł": "l", "Ł": "L", "đ": "d", "€": "EUR", "–": "-", "—": "-", "‐": "-", "−": "-", "‘": "'",
    "’": "'", "‚": "'", "´": "'", "“": '"', "”": '"', "„": '"', "…": "...", "•": "*", "×": "x",
    "÷": "/", "µ": "u", "±": "+/-", "™": "(TM)", "®": "(R)", "©": "(C)", "§": "par.", "¤": "*",
    "\ufffd": "?",
}  # fmt: skip


class Letters:
    """Letters as a file of one encoding takes them; `replaced` counts what stands otherwise."""

    def __init__(self, encoding: str, what: str) -> None:
        self._is_pc8, self._what = encoding == "cp437", what
        self._known: dict[str, str | None] = {}
        self.replaced: Counter[tuple[str, str]] = Counter()

    def text(self, value: str, where: str) -> str:
        """`value` with what the file cannot hold replaced; a break of line becomes a blank.

        Raises `PermanentError` for a character that nothing customary stands for.
        """
        if value.isascii() and value.isprintable() and not value.endswith("\\"):
            return value
        written = "".join(self._replaced(one, where) for one in value)
        return written[:-1] + self._count("\\", "/") if written.endswith("\\") else written

    def identifier(self, value: str, where: str) -> str:
        """`value` as it is. Raises `PermanentError` where the file cannot hold it exactly."""
        if value.isascii() and value.isprintable() and "\\" not in value:
            return value
        for one in value:
            if self._stands_for(one) != one:
                raise PermanentError(self._refused(one, f"{where} {value!r}", "as it is"))
        if value.endswith("\\") or '\\"' in value:
            raise PermanentError(self._refused("\\", f"{where} {value!r}", "before a quotation"))
        return value

    def note(self) -> list[str]:
        """What was replaced, the most frequent first; nothing where nothing was."""
        if not self.replaced:
            return []
        shown = ", ".join(
            f"{_shown(one)} → {_shown(other)} ({count:,})"
            for (one, other), count in sorted(self.replaced.items(), key=lambda i: (-i[1], i[0]))
        )
        return [
            f"{self.replaced.total():,} characters of names and texts cannot be written and stand "
            f"otherwise: {shown}."
            + (" --encoding utf-8 keeps letters as they are." if self._is_pc8 else "")
        ]

    def _replaced(self, one: str, where: str) -> str:
        found = self._stands_for(one)
        if found is None:
            raise PermanentError(self._refused(one, where, "and nothing customary stands for it"))
        return one if found == one else self._count(one, found)

    def _count(self, one: str, other: str) -> str:
        self.replaced[one, other] += 1
        return other

    def _stands_for(self, one: str) -> str | None:
        if one not in self._known:
            self._known[one] = self._find(one)
        return self._known[one]

    def _find(self, one: str) -> str | None:
        if one < " " or one == "\x7f":
            return " "
        if not self._is_pc8 or _is_plain(one):
            return one
        if one in _CUSTOMARY:
            return _CUSTOMARY[one]
        parts = unicodedata.normalize("NFKD", one)
        plain = "".join(part for part in parts if not unicodedata.combining(part))
        return plain if all(map(_is_plain, plain)) else None

    def _refused(self, one: str, where: str, why: str) -> str:
        kept = (
            "Export with --encoding utf-8, which most programs read, or change it in the "
            "bookkeeping system."
            if self._is_pc8
            else "Change it in the bookkeeping system, pull and export again."
        )
        return (
            f"{self._what}: {where} holds {_shown(one)} (U+{ord(one):04X}), which SIE 4 in "
            f"{'PC8 (CP437)' if self._is_pc8 else 'UTF-8'} cannot hold {why}. {kept}"
        )


def _is_plain(one: str) -> bool:
    try:
        (byte,) = one.encode("cp437")
    except UnicodeEncodeError:
        return False
    return one.isprintable() and byte not in range(_FIRST_DOUBTFUL, _LAST_DOUBTFUL + 1)


def _shown(text: str) -> str:
    return text if text.isprintable() and text.strip() else ascii(text)
