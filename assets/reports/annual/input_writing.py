"""Writing the input file for the first time: sections, keys, comments, values as TOML.

Belongs here: the layout and how each part of it is written. Does not: what is suggested
(`prefill`), or writing a file again (`input_merging`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from assets.reports.annual.kinds import Person

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
    parts += ["\n".join(section_lines(one)) for one in layout.sections]
    parts += [table.strip("\n") for table in layout.tables.values()]
    return "\n\n".join(parts) + "\n"


def section_lines(one: Section) -> Iterator[str]:
    """The lines of a section: heading, facts, what it is about, its keys."""
    yield f"[{one.name}]"
    yield from fact_lines(one.facts)
    yield from _comment(one.intro)
    for entry in one.entries:
        yield from entry_lines(entry)


def entry_lines(entry: Entry) -> Iterator[str]:
    """The lines of a key: its help, its facts, its value."""
    yield from _comment(entry.help)
    yield from fact_lines(entry.facts)
    yield assignment(entry)


def assignment(entry: Entry) -> str:
    """A key with its value, on several lines where the value has them; marked when asked for."""
    written = toml(entry.value)
    is_open = entry.is_asked and written in {'""', "[]"}
    return f"{entry.name} = {written}" + (f"  {ASKED}" if is_open else "")


def _comment(words: str) -> Iterator[str]:
    return _wrapped("#", words)


def fact_lines(facts: Iterable[str]) -> Iterator[str]:
    """Comment lines of what is known today."""
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
