"""What a SAF-T voucher's TaxInformation means for VAT, each amount counted once.

SAF-T tells tax on ledger lines in three habits: on the base line (with the tax
beside it), on the line that posts the VAT itself, or on both. Of one code in one
voucher:

- a line whose amount equals its tax amount (and not its base too)
  posts the VAT: it is the tax, not a base;
- tax told by base lines counts only where no line posts that code's VAT;
- a base told by VAT lines counts only where no base line carries the code.

Belongs here: that decision. Does not: XML.
"""

from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Told:
    """One TaxInformation: code, base, tax; `tax_side` is 1 for debit, -1 for
    credit, 0 where the schema does not say.
    """

    code: str
    base: Decimal | None
    tax: Decimal | None
    tax_side: int


@dataclass(frozen=True, slots=True)
class TaxedLine:
    """One line with TaxInformation; `amount` debit positive."""

    line_id: str
    amount: Decimal
    side: int
    told: tuple[Told, ...]


TaxRow = tuple[str, int, str, str, Decimal]
"""(line_id, seq, vat_code, part, amount)"""


def tax_rows(lines: list[TaxedLine]) -> list[TaxRow]:
    """The tax lines of one voucher, amounts debit positive.

    >>> told = Told("S1", Decimal(100), Decimal(25), 0)
    >>> tax_rows([TaxedLine("1", Decimal(-100), -1, (told,)),
    ...           TaxedLine("2", Decimal(-25), -1, (told,))])
    [('1', 1, 'S1', 'base', Decimal('-100')), ('2', 1, 'S1', 'tax', Decimal('-25'))]
    """
    if len(lines) == 1 and len(lines[0].told) == 1:  # by far the most common
        (line,), (told,) = lines, lines[0].told
        parts = _parts(line, told, set(), set())
        return [
            (line.line_id, n, told.code, part, value) for n, (part, value) in enumerate(parts, 1)
        ]
    posted: set[str] = set()
    based: set[str] = set()
    for line in lines:
        for told in line.told:
            (posted if _posts_tax(line, told) else based).add(told.code)
    rows: list[TaxRow] = []
    for line in lines:
        seq = 0
        for told in line.told:
            for part, amount in _parts(line, told, posted, based):
                seq += 1
                rows.append((line.line_id, seq, told.code, part, amount))
    return rows


def _parts(
    line: TaxedLine, told: Told, posted: set[str], based: set[str]
) -> list[tuple[str, Decimal]]:
    if _posts_tax(line, told):
        parts = [("tax", line.amount)]
        if told.code not in based and told.base is not None:
            parts.insert(0, ("base", _like(line, told.base)))
        return parts
    base = line.amount if told.base is None else _like(line, told.base)
    parts = [("base", base)]
    if told.tax and told.code not in posted:
        tax = _like(line, told.tax) if told.tax_side == 0 else told.tax * told.tax_side
        parts.append(("tax", tax))
    return parts


def _posts_tax(line: TaxedLine, told: Told) -> bool:
    if not told.tax or abs(told.tax) != abs(line.amount):
        return False
    is_base_too = told.base is not None and abs(told.base) == abs(line.amount)
    return not is_base_too


def _like(line: TaxedLine, value: Decimal) -> Decimal:
    """`value` with the sign of the line's amount, of its side where that is zero."""
    if line.amount == ZERO:
        return value * line.side
    return abs(value) if line.amount > ZERO else -abs(value)
