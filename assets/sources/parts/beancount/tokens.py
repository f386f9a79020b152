"""Beancount text as tokens, one directive line (strings may span lines) at a time.

Belongs here: letters to tokens, arithmetic. Does not: what a directive means.

Source: Beancount Language Syntax; the names of token kinds are ours.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Context, Decimal, DivisionByZero, InvalidOperation

_UPPER = r"[A-Z\u0080-\uffff]"
_TOKEN = re.compile(
    r"""(?P<blank>[ \t]+)|(?P<comment>;.*)
    |(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<date>\d{4}[-/]\d{1,2}[-/]\d{1,2})
    |(?P<number>(?:\d[\d,]*(?:\.\d*)?|\.\d+))
    |(?P<account>UPPER(?:[\w\-])*(?::[0-9A-Z\u0080-\uffff][\w\-]*)+)
    |(?P<key>[a-z][A-Za-z0-9_\-]*:(?=\s|$))
    |(?P<word>[a-z][a-z]+(?=\s|$))
    |(?P<currency>/?[A-Z][A-Z0-9'._\-]*[A-Z0-9]|[A-Z](?=[\s,}]|$))
    |(?P<link>\^[A-Za-z0-9\-_/.]+)|(?P<tag>\#[A-Za-z0-9\-_/.]+)
    |(?P<mark>\{\{|\}\}|@@|[{}@~,+\-*/()!&\#?%|])""".replace("UPPER", _UPPER),
    re.VERBOSE | re.DOTALL,
)
_COMMENT_END = re.compile(r";[^\n]*")
_NUMBER = re.compile(r"\d+|\d{1,3}(?:,\d{3})+")
_ARITHMETIC = Context(prec=28, traps=[InvalidOperation, DivisionByZero])
_MOST_DIGITS = 28
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `kind` is a group of the expression above, `text` without quotes."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One logical line: where it begins, whether it is indented, its text."""

    number: int
    is_indented: bool
    text: str


def lines(raw: list[str]) -> Iterator[Line]:
    """Physical lines joined where a string goes on; blank lines come as empty text.

    Raises `ValueError` with the line number when a string never ends.
    """
    pending: list[str] = []
    start = 0
    for number, line in enumerate(raw, 1):
        if not pending:
            start = number
            if line[:1] in tuple("*:#!&?%;"):  # an org-mode heading, a comment
                continue
        pending.append(line)
        text = "\n".join(pending)
        if _ends_open(text):
            continue
        pending = []
        yield Line(start, text[:1] in (" ", "\t"), text.strip())
    if pending:
        raise ValueError(start)


def _ends_open(text: str) -> bool:
    """Whether a string of `text` has not ended."""
    is_open = False
    place = 0
    while place < len(text):
        letter = text[place]
        if is_open and letter == "\\":
            place += 1
        elif letter == '"':
            is_open = not is_open
        elif letter == ";" and not is_open:
            match = _COMMENT_END.match(text, place)
            place = match.end() if match else place
            continue
        place += 1
    return is_open


def tokens(text: str) -> list[Token]:
    """The tokens of a line, without blanks and comments.

    Raises `ValueError` naming what is no token.
    """
    found, place = [], 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise ValueError(f"cannot read '{text[place : place + 20]}'")
        kind = str(match.lastgroup)
        if kind == "comment":  # the comment of a line whose string has ended
            break
        if kind == "string":
            found.append(Token(kind, re.sub(r"\\(.)", r"\1", match.group()[1:-1])))
        elif kind != "blank":
            found.append(Token(kind, match.group()))
        place = match.end()
    return found


class Cursor:
    """Tokens taken from the left."""

    def __init__(self, told: list[Token]) -> None:
        self._told, self._place = told, 0

    def peek(self, *kinds: str) -> str | None:
        """The next token's text if it is of these kinds (or is this mark)."""
        if self._place >= len(self._told):
            return None
        token = self._told[self._place]
        fits = token.kind in kinds or (token.kind == "mark" and token.text in kinds)
        return token.text if fits else None

    def take(self, *kinds: str) -> str | None:
        """The same, and past it."""
        found = self.peek(*kinds)
        self._place += found is not None
        return found

    def need(self, what: str, *kinds: str) -> str:
        """The same; raises `ValueError` saying `what` was expected."""
        found = self.take(*kinds)
        if found is None:
            raise ValueError(f"expected {what}, found {self.rest() or 'nothing'}")
        return found

    def rest(self) -> str:
        """What has not been taken, for a message."""
        return " ".join(token.text for token in self._told[self._place :])

    def at_number(self) -> bool:
        """Whether an arithmetic expression begins here."""
        return self.peek("number", "-", "+", "(") is not None

    def expression(self, depth: int = 0) -> Decimal:
        """An arithmetic expression. Raises `ValueError` for none, or a division by zero."""
        if depth > _DEEPEST:
            raise ValueError("the parentheses are nested too deep")
        value = self._product(depth)
        while sign := self.take("+", "-"):
            other = self._product(depth)
            value = _ARITHMETIC.add(value, other if sign == "+" else other.copy_negate())
        return value

    def _product(self, depth: int) -> Decimal:
        value = self._factor(depth)
        while sign := self.take("*", "/"):
            other = self._factor(depth)
            try:
                value = (_ARITHMETIC.multiply if sign == "*" else _ARITHMETIC.divide)(value, other)
            except (InvalidOperation, DivisionByZero) as error:
                raise ValueError("division by zero") from error
        return value

    def _factor(self, depth: int) -> Decimal:
        if self.take("-"):
            return self._factor(depth + 1).copy_negate()
        if self.take("+"):
            return self._factor(depth + 1)
        if self.take("("):
            value = self.expression(depth + 1)
            self.need("a closing parenthesis", ")")
            return value
        return _number(self.need("a number", "number"))


def _number(text: str) -> Decimal:
    whole, _, part = text.partition(".")
    if whole and not _NUMBER.fullmatch(whole):
        raise ValueError(f"the number {text} has a comma where no thousands end")
    digits = whole.replace(",", "")
    if len(digits) + len(part) > _MOST_DIGITS:
        raise ValueError(f"the number {text} is too long")
    return Decimal(f"{digits or '0'}.{part}" if part else digits)
