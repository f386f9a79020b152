"""Writing the input file again without losing a word a person wrote.

Written again, a file keeps every line but the ones that begin with `#>`, which are
what the books and last year's filing say now. Missing keys and sections are added
where they belong; an empty key still marked ANSWER takes a value found since. That
nothing else changed is proven by reading both before anything is written.

Belongs here: the merging. Does not: how a key is written (`input_writing`), or what is
suggested (`prefill`).
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assets.reports.annual.input_writing import (
    ASKED,
    FACT,
    Entry,
    Layout,
    Section,
    assignment,
    entry_lines,
    fact_lines,
    section_lines,
    toml,
)
from warehouse.errors import PermanentError


def merged(existing: str, layout: Layout, shown: str) -> str:
    """`existing` with what is new in `layout`, and nothing a person wrote lost.

    Raises PermanentError when `existing` is not valid TOML, or a value would change.
    """
    try:
        before = tomllib.loads(existing, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise PermanentError(
            f"Tried to add to {shown}, which is not valid TOML: {error}. Nothing was written. "
            "Correct that line and run it again."
        ) from None
    pieces = list(_pieces(existing))
    pieces = _without_facts(pieces)
    _answer(pieces, layout)
    _add_missing(pieces, layout, before)
    _add_facts(pieces, layout)
    lines = [line for piece in pieces for line in piece.lines]
    added = "\n".join(lines).rstrip("\n") + "\n"
    for name, table in layout.tables.items():
        if name not in before and not _mentions(added, name):
            added += "\n" + table.strip("\n") + "\n"
    _prove(before, _read_again(added, shown), shown)
    return added


def _read_again(added: str, shown: str) -> dict[str, Any]:
    try:
        return tomllib.loads(added, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise PermanentError(
            f"Tried to add to {shown}; its tables are written in a way nothing can be added to "
            f"({error}). Nothing was written. Head each table with its name in brackets, as in "
            "[company], and run it again."
        ) from None


def _mentions(text_: str, table: str) -> bool:
    """Whether the file holds the table already, or its example."""
    return f"[[{table}]]" in text_


@dataclass(slots=True)
class _Piece:
    """Lines of a file that belong together: a heading, a key with its value, or anything else."""

    kind: str
    section: str
    name: str
    lines: list[str]

    @property
    def key(self) -> str:
        return f"{self.section}.{self.name}" if self.section else self.name


_HEADING = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"\s*([^=#\[]+?)\s*=")


def _pieces(existing: str) -> Iterator[_Piece]:
    lines = existing.replace("\r\n", "\n").split("\n")  # splitlines would cut strings, too
    section, at = "", 0
    while at < len(lines):
        heading, key = _HEADING.fullmatch(lines[at]), _KEY.match(lines[at])
        end = at + 1
        if heading is not None:
            section = _plain_key(heading[2]) + ("[]" if heading[1] == "[[" else "")
            yield _Piece("heading", section, "", lines[at:end])
        elif key is not None and not lines[at].lstrip().startswith("#"):
            end = _end(lines, at)
            yield _Piece("key", section, _plain_key(key[1]), lines[at:end])
        else:
            yield _Piece("other", section, "", lines[at:end])
        at = end


def _plain_key(written: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in written.split("."))


def _end(lines: list[str], at: int) -> int:
    """Where the assignment that begins at line `at` ends: the first lines that read as TOML."""
    for end in range(at + 1, len(lines) + 1):
        try:
            tomllib.loads("\n".join(lines[at:end]))
        except tomllib.TOMLDecodeError:
            continue
        return end
    return at + 1


def _without_facts(pieces: Iterable[_Piece]) -> list[_Piece]:
    return [one for one in pieces if not (one.kind == "other" and one.lines[0].startswith(FACT))]


def _entries(layout: Layout) -> dict[str, Entry]:
    return {f"{one.name}.{entry.name}": entry for one in layout.sections for entry in one.entries}


def _answer(pieces: list[_Piece], layout: Layout) -> None:
    """Fill in keys still marked ANSWER and empty, where a value has been found since."""
    entries = _entries(layout)
    for piece in pieces:
        entry = entries.get(piece.key) if piece.kind == "key" else None
        if entry is None or len(piece.lines) != 1:
            continue
        is_open = re.fullmatch(rf'\s*[^=]+=\s*(""|\[\])\s*{ASKED}\s*', piece.lines[0])
        if is_open and toml(entry.value) not in {'""', "[]"}:
            piece.lines = assignment(entry).split("\n")


def _add_missing(pieces: list[_Piece], layout: Layout, before: Mapping[str, Any]) -> None:
    for section in layout.sections:
        missing = [one for one in section.entries if not _has(before, f"{section.name}.{one.name}")]
        if not missing:
            continue
        lines = [line for entry in missing for line in _without(entry_lines(entry))]
        place = _last(pieces, section.name)
        if place is None:
            whole = _without(section_lines(Section(section.name, section.intro, tuple(missing))))
            pieces += [_Piece("other", "", "", [""]), *_pieces("\n".join(whole))]
        else:
            added = [
                _Piece(one.kind, section.name, one.name, one.lines)
                for one in _pieces("\n".join(lines))
            ]
            pieces[place + 1 : place + 1] = added


def _without(lines: Iterable[str]) -> list[str]:
    """Lines without facts, which are added to all pieces together."""
    return [line for line in lines if not line.startswith(FACT)]


def _has(before: Mapping[str, Any], key: str) -> bool:
    found: Any = before
    for name in key.split("."):
        if not isinstance(found, Mapping) or name not in found:
            return False
        found = found[name]
    return True


def _last(pieces: list[_Piece], section: str) -> int | None:
    """Where a section's last key stands, or its heading when it has none."""
    found = None
    for place, piece in enumerate(pieces):
        if piece.section == section and piece.kind in {"heading", "key"}:
            found = place
    return found


def _add_facts(pieces: list[_Piece], layout: Layout) -> None:
    entries = _entries(layout)
    of_section = {one.name: one.facts for one in layout.sections}
    for piece in pieces:
        if piece.kind == "key" and piece.key in entries:
            piece.lines = [*fact_lines(entries[piece.key].facts), *piece.lines]
        elif piece.kind == "heading":
            piece.lines = [*piece.lines, *fact_lines(of_section.get(piece.section, ()))]


def _prove(before: Mapping[str, Any], after: Mapping[str, Any], shown: str, key: str = "") -> None:
    """Raise PermanentError unless everything answered before is there unchanged."""
    for name, value in before.items():
        place = f"{key}{name}"
        now = after.get(name)
        if isinstance(value, Mapping) and isinstance(now, Mapping):
            _prove(value, now, shown, f"{place}.")
        elif value not in ("", []) and now != value:
            raise PermanentError(
                f"Tried to add to {shown}: {place} would have changed. Nothing was written; the "
                "file is as it was. Move it aside, run it again, and copy your answers over."
            )
