"""Writing the input file, and writing it again without losing a word a person wrote.

Written again, a file keeps every line but the ones that begin with `#>`, which are
what the books and last year's filing say now. Missing keys and sections are added
where they belong; an empty key still marked ANSWER takes a value found since. That
nothing else changed is proven by reading both before anything is written.

Belongs here: the layout and the merging. Does not: what is suggested (`prefill`).
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from assets.reports.annual.kinds import Person
from warehouse.errors import PermanentError

ASKED = "# ANSWER"
FACT = "#>"


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a section. `value` is what to write; an empty one that `is_asked` is marked.

    `help` explains it, `facts` are what is known today and written anew each time.
    """

    name: str
    value: Any
    is_asked: bool = False
    help: str = ""
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the file, with its keys in order."""

    name: str
    intro: str
    entries: tuple[Entry, ...]
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole file as it would be written today. `tables`: name → its text, with comments."""

    head: tuple[str, ...]
    sections: tuple[Section, ...]
    tables: Mapping[str, str] = field(default_factory=dict)


def text(layout: Layout) -> str:
    """The file written for the first time."""
    parts = ["\n".join(f"# {line}".rstrip() for line in layout.head)]
    parts += ["\n".join(_section(one)) for one in layout.sections]
    parts += [table.strip("\n") for table in layout.tables.values()]
    return "\n\n".join(parts) + "\n"


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


def _section(one: Section) -> Iterator[str]:
    yield f"[{one.name}]"
    yield from _facts(one.facts)
    yield from _comment(one.intro)
    for entry in one.entries:
        yield from _entry(entry)


def _entry(entry: Entry) -> Iterator[str]:
    yield from _comment(entry.help)
    yield from _facts(entry.facts)
    yield _assignment(entry)


def _assignment(entry: Entry) -> str:
    written = toml(entry.value)
    is_open = entry.is_asked and written in {'""', "[]"}
    return f"{entry.name} = {written}" + (f"  {ASKED}" if is_open else "")


def _comment(words: str) -> Iterator[str]:
    return _wrapped("#", words)


def _facts(facts: Iterable[str]) -> Iterator[str]:
    for fact in facts:
        yield from _wrapped(FACT, fact)


def _wrapped(mark: str, words: str) -> Iterator[str]:
    """Comment lines of at most 98 characters."""
    line = mark
    for word in words.split():
        if line != mark and len(line) + 1 + len(word) > 98:
            yield line
            line = mark
        line += f" {word}"
    if line != mark:
        yield line


def toml(value: Any) -> str:  # noqa: PLR0911  (one for each kind of value)
    r"""A value as TOML.

    >>> print(toml('a "b"'), toml(["x"]), toml(date(2026, 1, 1)), toml(Decimal("0.5")), toml(None))
    "a \"b\"" ["x"] 2026-01-01 0.5 ""
    """
    match value:
        case None:
            return '""'
        case bool():
            return str(value).lower()
        case date() | int():
            return str(value)
        case Decimal():
            return f"{value:f}"
        case Person():
            title = f", title = {_string(value.title)}" if value.title else ""
            return f"{{ name = {_string(value.name)}{title} }}"
        case list() if value and isinstance(value[0], Person):
            return "[\n" + "".join(f"  {toml(one)},\n" for one in value) + "]"
        case list() | tuple():
            return "[" + ", ".join(toml(one) for one in value) + "]"
        case str() if "\n" in value:
            body = _string(value)[1:-1].replace("\\n", "\n")
            return f'"""\n{body}"""'
        case _:
            return _string(str(value))


_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _string(value: str) -> str:
    escaped = (
        _ESCAPES.get(one) or (f"\\u{ord(one):04x}" if ord(one) < 32 or ord(one) == 127 else one)
        for one in value
    )
    return '"' + "".join(escaped) + '"'


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
            piece.lines = _assignment(entry).split("\n")


def _add_missing(pieces: list[_Piece], layout: Layout, before: Mapping[str, Any]) -> None:
    for section in layout.sections:
        missing = [one for one in section.entries if not _has(before, f"{section.name}.{one.name}")]
        if not missing:
            continue
        lines = [line for entry in missing for line in _without(_entry(entry))]
        place = _last(pieces, section.name)
        if place is None:
            whole = _without(_section(Section(section.name, section.intro, tuple(missing))))
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
            piece.lines = [*_facts(entries[piece.key].facts), *piece.lines]
        elif piece.kind == "heading":
            piece.lines = [*piece.lines, *_facts(of_section.get(piece.section, ()))]


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
