"""What one country's SAF-T form allows a value to be.

The Norwegian schema bounds every text. A text too long is cut and counted; an identifier too
long is refused, so that two never become one; a dimension with a long name gets a short code,
which the file's AnalysisTypeTable explains.

Belongs here: lengths, codes, and what is lost by them. Does not: elements.

Source: Norwegian schema 1.30 (SAFcodeType 9, SAFshorttextType 18, SAFmiddle1textType 35,
SAFmiddle2textType 70, SAFlongtextType 256, SAFexchangerateType 8 decimals).
"""

from dataclasses import dataclass, field
from decimal import Decimal

from warehouse.errors import PermanentError

_LONGEST_TEXT, _LONGEST_CODE = 256, 9
_RATE_STEP, _CENT = Decimal("1e-8"), Decimal("0.01")


@dataclass(slots=True)
class Form:
    """`country` DK or NO; `what` begins a refusal. Counts what is cut or rounded."""

    country: str
    tax_type: str
    what: str
    cut: int = 0
    rounded: int = 0
    codes: dict[str, str] = field(default_factory=dict)

    @property
    def is_norwegian(self) -> bool:
        """Whether the Norwegian schema's bounds hold."""
        return self.country == "NO"

    def text(self, value: str) -> str:
        """A description, cut where the form asks for it."""
        if not self.is_norwegian or len(value) <= _LONGEST_TEXT:
            return value
        self.cut += 1
        return value[:_LONGEST_TEXT]

    def identifier(self, what: str, value: str | None, longest: int) -> str | None:
        """`value` as it is. Raises `PermanentError` where it is too long."""
        if value is None or not self.is_norwegian or len(value) <= longest:
            return value
        raise PermanentError(
            f"{self.what}: {what} {value!r} has {len(value)} characters, expected at most "
            f"{longest}, as the Norwegian schema asks. Shorten it in the bookkeeping system, pull "
            "and export again."
        )

    def optional(self, value: str, longest: int) -> str | None:
        """`value`, or nothing where it is too long for an element that may be missing."""
        return None if self.is_norwegian and len(value) > longest else value

    def dimension(self, name: str) -> str:
        """The code a dimension goes by: its name, or a short code where that is too long."""
        if not self.is_norwegian or len(name) <= _LONGEST_CODE:
            return name
        return self.codes[name]

    def give_codes(self, names: list[str]) -> None:
        """Codes for all dimensions with long names, in their order."""
        taken = {name for name in names if len(name) <= _LONGEST_CODE}
        free = (f"D{n}" for n in range(1, 10**6) if f"D{n}" not in taken)
        self.codes = {name: next(free) for name in names if len(name) > _LONGEST_CODE}

    def rate(self, value: Decimal | None) -> Decimal | None:
        """An exchange rate with the decimals the form has."""
        return round(value, 8) if value is not None and self.is_norwegian else value

    def foreign(self, value: Decimal) -> Decimal:
        """A foreign amount with the decimals the form has."""
        if not self.is_norwegian or value == value.quantize(_CENT):
            return value
        self.rounded += 1
        return round(value, 2)

    def notes(self) -> list[str]:
        """What was cut, rounded or given another name."""
        told = []
        if self.cut:
            told.append(f"{self.cut:,} description(s) are cut to {_LONGEST_TEXT} characters.")
        if self.rounded:
            told.append(f"{self.rounded:,} foreign amount(s) are rounded to two decimals.")
        if self.codes:
            shown = ", ".join(f"{name} as {code}" for name, code in self.codes.items())
            told.append(f"Dimensions with names too long for a code are written as codes: {shown}.")
        return told
