"""XML Schema regular expressions, as Python ones.

Belongs here: the translation, character classes kept as exact sets of code points so
that negation and subtraction mean what XML Schema says. Does not: which type has which
pattern. Source: XML Schema Part 2 (second edition), appendix F.
"""

import re
import sys
import unicodedata
from functools import cache

Ranges = tuple[tuple[int, int], ...]

_LAST = sys.maxunicode
_DEEPEST = 50
_SINGLE = {"n": "\n", "r": "\r", "t": "\t"}
_ESCAPABLE = frozenset("\\|.?*+(){}-[]^")
_NAME_START: Ranges = (
    (0x3A, 0x3A), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6),
    (0xF8, 0x2FF), (0x370, 0x37D), (0x37F, 0x1FFF), (0x200C, 0x200D), (0x2070, 0x218F),
    (0x2C00, 0x2FEF), (0x3001, 0xD7FF), (0xF900, 0xFDCF), (0xFDF0, 0xFFFD), (0x10000, 0xEFFFF),
)  # fmt: skip
_NAME: Ranges = (
    *_NAME_START, (0x2D, 0x2E), (0x30, 0x39), (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040),
)  # fmt: skip
_BLOCKS: dict[str, tuple[int, int]] = {
    "BasicLatin": (0x0, 0x7F),
    "Latin-1Supplement": (0x80, 0xFF),
    "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F),
    "IPAExtensions": (0x250, 0x2AF),
    "SpacingModifierLetters": (0x2B0, 0x2FF),
    "CombiningDiacriticalMarks": (0x300, 0x36F),
    "Greek": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF),
    "Armenian": (0x530, 0x58F),
    "Hebrew": (0x590, 0x5FF),
    "Arabic": (0x600, 0x6FF),
    "Thai": (0xE00, 0xE7F),
    "LatinExtendedAdditional": (0x1E00, 0x1EFF),
    "GreekExtended": (0x1F00, 0x1FFF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "SuperscriptsandSubscripts": (0x2070, 0x209F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "LetterlikeSymbols": (0x2100, 0x214F),
    "NumberForms": (0x2150, 0x218F),
    "Arrows": (0x2190, 0x21FF),
    "MathematicalOperators": (0x2200, 0x22FF),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7A3),
    "PrivateUse": (0xE000, 0xF8FF),
    "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
}


class PatternError(ValueError):
    """The text is no XML Schema regular expression; the message says where it stops being one."""


class UnknownBlockError(PatternError):
    """The expression names a Unicode block this module has no table of: it is not judged."""


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    r"""The Python pattern to `fullmatch` with.

    >>> bool(compiled(r"[A-Z-[IO]]\d{2}").fullmatch("X42"))
    True
    >>> bool(compiled("^a$").fullmatch("a"))
    False

    Raises `PatternError` for what XML Schema does not allow, as `\@`.
    """
    reader = _Reader(pattern)
    text = reader.alternatives()
    if reader.place < len(pattern):
        raise PatternError(f"unbalanced “)” at {reader.place + 1} of “{pattern}”")
    return re.compile(text)


@cache
def _categories() -> dict[str, Ranges]:
    """Every general category's code points, and every major class's."""
    spans: dict[str, list[tuple[int, int]]] = {}
    start, current = 0, unicodedata.category("\0")
    for point in range(1, _LAST + 2):
        category = unicodedata.category(chr(point)) if point <= _LAST else ""
        if category != current:
            for key in (current, current[0]):
                spans.setdefault(key, []).append((start, point - 1))
            start, current = point, category
    return {key: tuple(value) for key, value in spans.items()}


def _union(*many: Ranges) -> Ranges:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(span for ranges in many for span in ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def _complement(ranges: Ranges) -> Ranges:
    result, start = [], 0
    for low, high in _union(ranges):
        if low > start:
            result.append((start, low - 1))
        start = high + 1
    if start <= _LAST:
        result.append((start, _LAST))
    return tuple(result)


def _subtract(ranges: Ranges, less: Ranges) -> Ranges:
    return _complement(_union(_complement(ranges), less))


def _written(ranges: Ranges) -> str:
    if not ranges:
        return "(?!)"
    return f"[{''.join(f'{_point(low)}-{_point(high)}' for low, high in ranges)}]"


def _point(code: int) -> str:
    return f"\\U{code:08x}"


@cache
def _class_escape(letter: str) -> Ranges:
    lower = letter.lower()
    if lower == "s":
        ranges: Ranges = ((9, 10), (13, 13), (32, 32))
    elif lower == "d":
        ranges = _categories()["Nd"]
    elif lower == "w":
        known = _categories()
        ranges = _complement(_union(known["P"], known["Z"], known["C"]))
    else:
        ranges = _NAME_START if lower == "i" else _NAME
    return ranges if letter == lower else _complement(ranges)


class _Reader:
    """One pass over a pattern, writing the Python text."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.place = 0
        self.depth = 0

    def error(self, what: str) -> PatternError:
        return PatternError(f"{what} at {self.place + 1} of “{self.pattern}”")

    def peek(self) -> str:
        return self.pattern[self.place : self.place + 1]

    def take(self) -> str:
        character = self.peek()
        if not character:
            raise self.error("the pattern ends too early")
        self.place += 1
        return character

    def alternatives(self) -> str:
        branches = [self.branch()]
        while self.peek() == "|":
            self.place += 1
            branches.append(self.branch())
        return "|".join(branches)

    def branch(self) -> str:
        pieces = []
        while (character := self.peek()) and character not in "|)":
            pieces.append(self.atom() + self.quantifier())
        return "".join(pieces)

    def atom(self) -> str:
        character = self.take()
        if character == "(":
            self.depth += 1
            if self.depth > _DEEPEST:
                raise self.error("the pattern nests too deep")
            inner = self.alternatives()
            self.depth -= 1
            if self.peek() != ")":
                raise self.error("a “(” is not closed")
            self.place += 1
            return f"(?:{inner})"
        if character == "[":
            return _written(self.character_class())
        if character == "\\":
            return _written(self.escape())
        if character == ".":
            return r"[^\n\r]"
        if character in "?*+{}]":
            self.place -= 1
            raise self.error(f"“{character}” has nothing to repeat or close")
        return re.escape(character)

    def quantifier(self) -> str:
        character = self.peek()
        if character and character in "?*+":
            self.place += 1
            return character
        if character != "{":
            return ""
        found = re.compile(r"\{(\d+)(,(\d*))?\}").match(self.pattern, self.place)
        if found is None:
            raise self.error("“{” begins no quantity")
        self.place = found.end()
        return found.group()

    def escape(self) -> Ranges:
        letter = self.take()
        if letter in "sSdDwWiIcC":
            return _class_escape(letter)
        if letter in "pP":
            return self.property(negated=letter == "P")
        if letter not in _SINGLE and letter not in _ESCAPABLE:
            self.place -= 1
            raise self.error(f"“\\{letter}” is no escape")
        code = ord(_SINGLE.get(letter, letter))
        return ((code, code),)

    def property(self, *, negated: bool) -> Ranges:
        found = re.compile(r"\{([A-Za-z0-9-]+)\}").match(self.pattern, self.place)
        if found is None:
            raise self.error("\\p needs a name in braces")
        name = found.group(1)
        ranges = self.named(name)
        self.place = found.end()
        return _complement(ranges) if negated else ranges

    def named(self, name: str) -> Ranges:
        if name.startswith("Is"):
            if name[2:] not in _BLOCKS:
                where = f"at {self.place + 1} of “{self.pattern}”"
                raise UnknownBlockError(f"the Unicode block “{name}” is not known here {where}")
            return (_BLOCKS[name[2:]],)
        if name not in _categories():
            raise self.error(f"“{name}” is no Unicode category")
        return _categories()[name]

    def character_class(self) -> Ranges:
        negated = self.peek() == "^"
        self.place += negated
        parts: list[Ranges] = []
        less: Ranges = ()
        while self.peek() != "]" or not parts:
            if self.peek() == "-" and self.pattern[self.place + 1 : self.place + 2] == "[":
                self.place += 2
                less = self.character_class()
                if self.peek() != "]":
                    raise self.error("a class ends after what is taken from it")
                break
            parts.append(self.member())
        self.place += 1
        ranges = _union(*parts)
        return _subtract(_complement(ranges) if negated else ranges, less)

    def member(self) -> Ranges:
        low = self.class_character()
        following = self.pattern[self.place + 1 : self.place + 2]
        if self.peek() != "-" or following in {"]", "["} or len(low) != 1 or low[0][0] != low[0][1]:
            return low
        self.place += 1
        high = self.class_character()
        if len(high) != 1 or high[0][0] != high[0][1] or high[0][0] < low[0][0]:
            raise self.error("a range ends before it begins")
        return ((low[0][0], high[0][0]),)

    def class_character(self) -> Ranges:
        character = self.take()
        if character == "\\":
            return self.escape()
        if character == "[":
            self.place -= 1
            raise self.error("“[” must be escaped in a class")
        return ((ord(character), ord(character)),)
