"""The facts of a large plain instance, cut out of its bytes a column at a time.

Nearly all of a large instance is facts, and they are written alike: a start tag with a few
attributes in double quotes, a text, the end tag. Making a tree of them, and objects of the
tree, is most of what reading costs. So they are cut out by array arithmetic, and only what
is left (contexts, units, footnotes) goes through the parser.

A cut must not hide anything from the parser. It is made only where the bytes show a whole
well-formed element: names are spelt as `_NAME` says, no attribute stands twice, no reference,
tab or line end in a value; it holds text alone, which the parser reads wherever it has to be
resolved; its end tag has its name. An element of our own tells the parser where each run of facts
stood: whether that was in the root is the parser's to say. One fact written otherwise, and the
whole document is the parser's.

Belongs here: the bytes of facts to columns. Does not: what the columns mean (`column_facts`), or
the rest (`instance`).

Source: XML 1.0 (fifth edition) § 2.2, 2.4, 2.11, 3.1, 3.3.3; XBRL 2.1 § 4.6.
"""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from lxml import etree

RUN = "{urn:indberet:cut}run"
_RUN = b'<run xmlns="urn:indberet:cut"/>'
_NAME = rb"(?:[A-Za-z_][\w.-]{0,999}:)?[A-Za-z_][\w.-]{0,999}"  # libxml2 bounds them too
_TAG = re.compile(rb"<(" + _NAME + rb") +(" + _NAME + rb")=")
_ATTRIBUTE = re.compile(rb" +(" + _NAME + rb")=")
_MOST_ATTRIBUTES = 12
_MOST_BESIDE = 1000
"""Comments and processing instructions: each is looked at on its own."""
_BLOCK = 1 << 18
_TAB, _LINE_FEED, _RETURN, _SPACE, _QUOTE, _AMPERSAND, _SLASH, _LT, _EQUALS, _GT = b'\t\n\r "&/<=>'
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
"""U+FFFE and U+FFFF in UTF-8."""

_Places = npt.NDArray[np.int64]


class IrregularError(Exception):
    """Something is written in a way that only the parser should read; never reaches a caller."""


@dataclass(frozen=True, slots=True)
class CutFacts:
    """Facts as columns in document order, and the document without them.

    `names` are the elements' names as written; `attributes` the values of each attribute by its
    name as written, null where a fact has none; `texts` what stands between the tags;
    `lines` the lines of the start tags. In `rest` an element `RUN` stands for each of `runs` runs
    of facts, and every line end is kept.
    """

    names: pa.DictionaryArray
    attributes: dict[str, pa.StringArray]
    texts: pa.StringArray
    lines: pa.Int32Array
    rest: bytes
    runs: int


def cut_facts(data: bytes) -> CutFacts:
    """The facts of a document in UTF-8, and the rest of it.

    Raises: IrregularError where a fact is written otherwise than most, or something else might be
    taken for one.
    """
    _all_characters(data)
    return _Cutter(data).cut()


def _all_characters(data: bytes) -> None:
    """What is beyond ASCII is UTF-8, and a character. Source: XML 1.0 § 2.2."""
    if data.isascii():
        return
    try:
        data.decode()
    except UnicodeDecodeError:
        raise IrregularError from None
    if any(none in data for none in _NO_CHARACTERS):
        raise IrregularError


class _Cutter:
    """One document's bytes; where its tags, quotes and control characters stand."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._bytes = np.frombuffer(data, np.uint8)
        found = [
            np.flatnonzero((block == _LT) | (block == _QUOTE) | (block < _SPACE)) + start
            for start in range(0, len(data), _BLOCK)
            for block in (self._bytes[start : start + _BLOCK],)
        ]
        marks = np.concatenate([np.zeros(0, np.int64), *found])
        characters = self._bytes[marks]
        is_control = characters < _SPACE
        self._controls = marks[is_control]
        self._line_ends = marks[characters == _LINE_FEED]
        if not np.isin(characters[is_control], (_TAB, _LINE_FEED, _RETURN)).all():
            raise IrregularError
        self._tags = marks[characters == _LT]
        beyond = np.full(2 * _MOST_ATTRIBUTES, len(data))
        self._quotes = np.concatenate([marks[characters == _QUOTE], beyond])

    def cut(self) -> CutFacts:
        """See `cut_facts`."""
        places = self._facts()
        starts, following = self._tags[places], self._tags[places + 1]
        names, attributes, text_starts = self._start_tags(starts, following)
        is_empty = self._bytes[text_starts - 2] == _SLASH
        text_ends = np.where(is_empty, text_starts, following)
        ends = self._end_tags(names, starts, text_starts, text_ends, is_empty)
        after = np.where(is_empty, places + 1, places + 2)
        rest, runs = self._rest(places, after, starts, ends)
        return CutFacts(
            names,
            attributes,
            self._texts(text_starts, text_ends),
            pa.array(np.searchsorted(self._line_ends, text_starts) + 1, pa.int32()),
            rest,
            runs,
        )

    def _at(self, places: _Places) -> npt.NDArray[np.uint8]:
        """The characters at places, some of which may be beyond the end: those are the last."""
        found: npt.NDArray[np.uint8] = self._bytes.take(places, mode="clip")
        return found

    def _facts(self) -> _Places:
        """Which tags hold a `contextRef="`, as it seems: by a few of its characters."""
        quotes = self._quotes[self._quotes < len(self._data)]
        is_reference = (
            (self._at(quotes - 1) == _EQUALS)
            & (self._at(quotes - 2) == ord("f"))
            & (self._at(quotes - 6) == ord("x"))
        )
        places: _Places = np.searchsorted(self._tags, quotes[is_reference]) - 1
        starts = self._tags[places]
        for start, end in self._beside():
            places = places[(starts < start) | (starts >= end)]
            starts = self._tags[places]
        if not len(places) or places[0] < 0 or places[-1] + 2 >= len(self._tags):
            raise IrregularError
        if (np.diff(places) <= 0).any():
            raise IrregularError
        return places

    def _beside(self) -> list[tuple[int, int]]:
        """The comments and processing instructions. Source: XML 1.0 § 2.5, 2.6."""
        kinds = self._at(self._tags + 1)
        found: list[tuple[int, int]] = []
        end = 0
        for start in map(int, self._tags[(kinds == ord("!")) | (kinds == ord("?"))]):
            if start < end:
                continue
            is_comment = self._data.startswith(b"<!--", start)
            if not is_comment and not self._data.startswith(b"<?", start):
                raise IrregularError  # a document type, or CDATA
            closing = b"-->" if is_comment else b"?>"
            last = self._data.find(closing, start + (4 if is_comment else 2))
            if last < 0 or len(found) == _MOST_BESIDE:
                raise IrregularError
            end = last + len(closing)
            found.append((start, end))
        return found

    def _start_tags(
        self, starts: _Places, following: _Places
    ) -> tuple[pa.DictionaryArray, dict[str, pa.StringArray], _Places]:
        """Names, attributes, and where the tags end. Source: XML 1.0 § 3.1."""
        quote = np.searchsorted(self._quotes, starts)
        open_ = np.arange(len(starts))
        ends = np.zeros(len(starts), np.int64)
        before = starts
        names = None
        attributes: dict[bytes, tuple[_Places, _Places]] = {}
        for number in range(_MOST_ATTRIBUTES):
            opening = self._quotes[quote[open_] + 2 * number]
            closing = self._quotes[quote[open_] + 2 * number + 1]
            if (closing >= following[open_]).any():
                raise IrregularError
            written = self._slices(before, opening, pa.binary()).dictionary_encode()
            spelt = _TAG if names is None else _ATTRIBUTE
            found = [spelt.fullmatch(text) for text in written.dictionary.to_pylist()]
            parts = [match.groups() for match in found if match]
            if len(parts) < len(found):
                raise IrregularError
            codes = written.indices.to_numpy()
            if names is None:
                names = _renamed(codes, [name.decode() for name, _ in parts])
            for name in {part[-1] for part in parts}:
                rows = np.isin(codes, [i for i, part in enumerate(parts) if part[-1] == name])
                begin, until = attributes.setdefault(name, (starts.copy(), starts.copy()))
                if (begin[open_[rows]] != starts[open_[rows]]).any():
                    raise IrregularError  # the attribute stands twice
                begin[open_[rows]], until[open_[rows]] = opening[rows] + 1, closing[rows]
            ends[open_] = self._tag_ends(closing)
            is_open = ends[open_] == 0
            if not is_open.any():
                break
            open_, before = open_[is_open], closing[is_open] + 1
        else:
            raise IrregularError
        if (np.searchsorted(self._controls, starts) != np.searchsorted(self._controls, ends)).any():
            raise IrregularError
        assert names is not None
        columns = {
            name.decode(): self._values(starts, *places) for name, places in attributes.items()
        }
        return names, columns, ends

    def _tag_ends(self, closing: _Places) -> _Places:
        """Where tags end after a closing quote; 0 where another attribute follows."""
        one, two, three = (self._at(closing + number) for number in (1, 2, 3))
        is_space = one == _SPACE
        ends = np.zeros(len(closing), np.int64)
        ends[one == _GT] = 2
        ends[(one == _SLASH) & (two == _GT)] = 3
        ends[is_space & (two == _SLASH) & (three == _GT)] = 4
        if not ((ends > 0) | is_space).all():
            raise IrregularError
        ends[ends > 0] += closing[ends > 0]
        return ends

    def _values(self, starts: _Places, begin: _Places, until: _Places) -> pa.StringArray:
        """The values of one attribute. Source: XML 1.0 § 3.3.3."""
        values = self._slices(begin, until, pa.string())
        if (_bytes_of(values) == _AMPERSAND).any():
            raise IrregularError
        is_missing = begin == starts
        if not is_missing.any():
            return values
        return pc.if_else(pa.array(~is_missing), values, pa.scalar(None, pa.string()))

    def _end_tags(
        self,
        names: pa.DictionaryArray,
        starts: _Places,
        text_starts: _Places,
        text_ends: _Places,
        is_empty: npt.NDArray[np.bool_],
    ) -> _Places:
        """Where the elements end, each by the end tag of its name. Source: XML 1.0 § 3.1."""
        lengths = np.array([len(name) for name in names.dictionary.to_pylist()])
        own = lengths[names.indices.to_numpy()]
        ends = np.where(is_empty, text_starts, text_ends + own + 3)
        begin = np.where(is_empty, starts + 1, text_ends + 2)
        opened = self._slices(starts + 1, starts + 1 + own, pa.binary())
        closed = self._slices(begin, begin + own, pa.binary())
        are_ends = (self._at(text_ends + 1) == _SLASH) & (self._at(ends - 1) == _GT) | is_empty
        if not are_ends.all() or not opened.equals(closed):
            raise IrregularError
        return ends

    def _rest(
        self, places: _Places, after: _Places, starts: _Places, ends: _Places
    ) -> tuple[bytes, int]:
        """The document with a mark and the line ends in place of each run of facts."""
        is_next = after[:-1] == places[1:]
        between = self._slices(ends[:-1][is_next], starts[1:][is_next], pa.binary())
        if any(text.strip(b" \t\r\n") for text in pc.unique(between).to_pylist()):
            raise IrregularError
        breaks = np.flatnonzero(~is_next)
        begins = starts[np.concatenate([[0], breaks + 1])]
        finishes = ends[np.concatenate([breaks, [len(ends) - 1]])]
        lines = np.searchsorted(self._line_ends, finishes) - np.searchsorted(
            self._line_ends, begins
        )
        pieces: list[bytes] = []
        end = 0
        for begin, finish, count in zip(*map(_numbers, (begins, finishes, lines)), strict=True):
            pieces += (self._data[end:begin], _RUN, b"\n" * count)
            end = finish
        return b"".join([*pieces, self._data[end:]]), len(begins)

    def _texts(self, starts: _Places, ends: _Places) -> pa.StringArray:
        """The texts; where something in them has to be resolved, as the parser reads them.

        Source: XML 1.0 § 2.4, 2.11, 4.1.
        """
        texts = self._slices(starts, ends, pa.string())
        characters = _bytes_of(texts)
        found = np.flatnonzero(
            (characters == _AMPERSAND) | (characters == _GT) | (characters == _RETURN)
        )
        if not len(found):
            return texts
        offsets = np.frombuffer(texts.buffers()[1], np.int32)
        rows = np.unique(np.searchsorted(offsets, found, "right") - 1)
        is_marked = np.zeros(len(texts), np.bool_)
        is_marked[rows] = True
        marked = b"".join([b"<t>%s</t>" % self._data[starts[row] : ends[row]] for row in rows])
        try:
            parser = etree.XMLParser(huge_tree=True, resolve_entities=False, encoding="utf-8")
            read = etree.fromstring(b"<r>%s</r>" % marked, parser)
        except etree.XMLSyntaxError:
            raise IrregularError from None
        if len(read) != len(rows) or any(map(len, read)):
            raise IrregularError  # an entity that nobody declares
        resolved = pa.array([text.text or "" for text in read], pa.string())
        return pc.replace_with_mask(texts, pa.array(is_marked), resolved)

    def _slices(self, starts: _Places, ends: _Places, kind: pa.DataType) -> pa.Array:
        """The bytes between places, in order and apart from each other, as a column."""
        if not len(starts):
            return pa.array([], kind)
        offsets = np.empty(2 * len(starts), np.int32)
        offsets[0::2], offsets[1::2] = starts, ends
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(self._data)]
        pieces = pa.Array.from_buffers(kind, 2 * len(starts) - 1, buffers)
        return pieces.take(pa.array(np.arange(0, 2 * len(starts) - 1, 2, dtype=np.int32)))


def _renamed(codes: npt.NDArray[np.int32], names: list[str]) -> pa.DictionaryArray:
    """A column of names, of which several codes may mean the same."""
    distinct = {name: place for place, name in enumerate(dict.fromkeys(names))}
    new = np.array([distinct[name] for name in names], np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(new[codes]), pa.array(distinct, pa.string()))


def _bytes_of(texts: pa.StringArray) -> npt.NDArray[np.uint8]:
    """All characters of a column that was just made, one text after the other."""
    held = texts.buffers()[2]
    return np.frombuffer(held, np.uint8) if held is not None else np.zeros(0, np.uint8)


def _numbers(places: _Places) -> list[int]:
    return [int(place) for place in places]
