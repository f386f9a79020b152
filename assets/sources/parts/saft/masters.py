"""SAF-T master files into Arrow rows: accounts, VAT codes, customers, suppliers.

Belongs here: MasterFiles. Does not: entries.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from assets.sources.connector import Rows
from assets.sources.parts.saft.header import Header, text_of
from assets.sources.row_batches import Collector, Notes, is_money, number
from quality.finding import Severity

_KINDS = {"Asset": "asset", "Liability": "liability", "Sale": "revenue", "Expense": "expense"}
_FIX = "Correct it in the bookkeeping system, export again, then run `indberet pull`."

_NONE = "NA"
"""Where a Norwegian code has no counterpart. Source: schema 1.30, StandardTaxCode."""

TAGS = ("Account", "Customer", "Supplier", "TaxTableEntry")


class Masters:
    """Collects master rows of one file. `taken` holds (stream, id) that a newer
    file of the same connection already gave; what is given here is added.
    """

    def __init__(
        self, name: str, header: Header, notes: Notes, taken: set[tuple[str, str]]
    ) -> None:
        self._name, self._header, self._notes, self._taken = name, header, notes, taken
        self._dialect = header.dialect
        self._own: set[tuple[str, str]] = set()
        self._rows = {s: Collector(s) for s in ("account", "party", "vat_code", "opening_balance")}
        self.accounts: set[str] = set()
        self.opening: dict[str, Decimal] = {}
        self.closing: dict[str, tuple[Decimal, int]] = {}

    def take(self, *, everything: bool = False) -> Iterator[Rows]:
        """Full batches, or all that is left."""
        for collector in self._rows.values():
            if everything or collector.full():
                yield from collector.take()

    def add(self, kind: str, element: Any) -> None:
        """One master element, by its local name."""
        if kind == "Account":
            self._account(element)
        elif kind == "TaxTableEntry":
            self._tax_codes(element)
        else:
            self._party(kind, element)

    def _told(self, element: Any, path: str) -> str | None:
        return text_of(element, self._dialect, path)

    def _account(self, element: Any) -> None:
        code = self._told(element, "AccountID")
        if code is None or not self._is_new("account", code, element, "AccountID"):
            return
        self.accounts.add(code)
        standard = self._told(element, "StandardAccountID")
        if standard is None and (grouping := self._told(element, "GroupingCode")):
            category = self._told(element, "GroupingCategory")
            standard = f"{category}/{grouping}" if category not in (None, _NONE) else grouping
            standard = None if standard == _NONE else standard
        if ("account", code) not in self._taken:
            self._taken.add(("account", code))
            self._rows["account"].add(
                code,
                code,
                self._told(element, "AccountDescription") or code,
                _KINDS.get(self._told(element, "AccountType") or ""),
                self._dialect.standard_prefix + standard if standard else None,
                None,
            )
        self._balance(code, element, "Opening", "opening", self._header.start)
        self._balance(code, element, "Closing", "closing", self._header.end)

    def _balance(self, code: str, element: Any, side: str, kind: str, day: date | None) -> None:
        debit = self._amount(element, code, f"{side}DebitBalance")
        credit = self._amount(element, code, f"{side}CreditBalance")
        if debit is None and credit is None:
            return
        amount = (debit or Decimal(0)) - (credit or Decimal(0))
        if kind == "opening":
            self.opening[code] = amount
        else:
            self.closing[code] = (amount, element.sourceline)
        if day is not None:
            key = f"{code}/{kind}/{day}"
            if ("opening_balance", key) not in self._taken:
                self._taken.add(("opening_balance", key))
                self._rows["opening_balance"].add(key, code, kind, day, amount, None)

    def _amount(self, element: Any, code: str, name: str) -> Decimal | None:
        text = self._told(element, name)
        if text is None:
            return None
        try:
            value = number(text)
        except ValueError:
            value = None
        if value is None or not is_money(value):
            self._notes.add(
                "saft.amount", Severity.ERROR, f"{self._name}:{element.sourceline}",
                f"Account {code}: {name} is {text!r}, expected a number with at most two "
                "decimals, such as -1234.50.", _FIX,
            )  # fmt: skip
            return None if value is None else round(value, 2)
        return value

    def _party(self, kind: str, element: Any) -> None:
        own = self._told(element, f"{kind}ID")
        if own is None:
            return
        party = f"{kind.lower()}/{own}"
        if not self._is_new("party", party, element, f"{kind}ID"):
            return
        if ("party", party) in self._taken:
            return
        self._taken.add(("party", party))
        self._rows["party"].add(
            party,
            party,
            self._told(element, "Name") or own,
            self._told(element, "Address/Country"),
            self._told(element, "TaxRegistration/TaxRegistrationNumber"),
            self._told(element, "RegistrationNumber") or self._told(element, "CVR"),
        )

    def _tax_codes(self, element: Any) -> None:
        newest: dict[str, tuple[str, Any]] = {}
        for detail in element.iterchildren(f"{{{self._dialect.namespace}}}TaxCodeDetails"):
            code = self._told(detail, "TaxCode") or self._told(detail, "StandardTaxCode")
            since = self._told(detail, "EffectiveDate") or ""
            if code is not None and (code not in newest or since >= newest[code][0]):
                newest[code] = (since, detail)
        for code, (_since, detail) in newest.items():
            if ("vat_code", code) not in self._taken:
                self._taken.add(("vat_code", code))
                self._tax_code(code, detail, self._told(element, "Description"))

    def _tax_code(self, code: str, detail: Any, heading: str | None) -> None:
        standard = self._told(detail, "StandardTaxCode")
        standard = None if standard == _NONE else standard
        percentage = self._told(detail, "TaxPercentage")
        try:
            rate = None if percentage is None else _share(percentage)
        except ValueError:
            rate = None
            self._notes.add(
                "saft.rate", Severity.WARNING, f"{self._name}:{detail.sourceline}",
                f"VAT code {code}: TaxPercentage is {percentage!r}, expected a number such as "
                "25.00.", _FIX,
            )  # fmt: skip
        self._rows["vat_code"].add(
            code,
            code,
            self._told(detail, "Description") or heading or code,
            rate,
            self._dialect.standard_prefix + standard if standard else None,
            None,
        )

    def _is_new(self, stream: str, key: str, element: Any, name: str) -> bool:
        if (stream, key) in self._own:
            self._notes.add(
                "saft.duplicate_master", Severity.WARNING, f"{self._name}:{element.sourceline}",
                f"{name} {key.rpartition('/')[2]} occurs again; expected once. "
                "The first one counts.", _FIX,
            )  # fmt: skip
            return False
        self._own.add((stream, key))
        return True


def _share(percentage: str) -> Decimal:
    """A percentage as a share. Raises `ValueError` for what is none."""
    share = round(number(percentage) / 100, 6)
    if abs(share) >= 1000:
        raise ValueError(percentage)
    return share
