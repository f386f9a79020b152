"""What a vendor's interface tells beside an exported file: who the parties are, who bought what.

The file keeps its word: the interface fills what a party of the file lacks, adds the parties
the file does not tell, and names the buyer of a voucher's postings where the file names none.
The keys are the file's own, `customer/<number>`, `supplier/<number>` and `<start of
year>/<series>/<number>`.

Belongs here: the two side by side. Does not: any vendor's interface, or reading the file.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from assets.sources.connector import Complete, Cursor, Found, Item, Rows
from assets.sources.row_batches import Collector
from quality.finding import Finding, Severity
from warehouse.errors import SourceError

_ALIKE = 10
"""Digits that tell a registration number; a Swedish one may have its century before them."""


@dataclass(frozen=True, slots=True)
class Party:
    """One customer or supplier."""

    name: str | None
    country: str | None = None
    vat_number: str | None = None
    registration_number: str | None = None


@dataclass(frozen=True, slots=True)
class Buyer:
    """Whose invoice a voucher is, and the invoice's number."""

    party_id: str
    document: str


@dataclass(frozen=True, slots=True)
class Register:
    """One reading of an interface. `title` and `where` in words for messages; `findings` are
    what is odd in the answers.
    """

    title: str
    where: str
    company_name: str
    registration_number: str
    parties: Mapping[str, Party]
    buyers: Mapping[str, Buyer] = field(default_factory=dict)
    findings: Sequence[Found] = ()

    @property
    def mark(self) -> str:
        """Another one when anything it tells is another."""
        told = (self.registration_number, sorted(self.parties.items()), sorted(self.buyers.items()))
        return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:16]

    def ensure_same(self, number: str | None) -> None:
        """Raises `SourceError` when the interface is another company's than the file."""
        ours, theirs = _digits(self.registration_number), _digits(number)
        if ours and theirs and ours != theirs:
            raise SourceError(
                f"{self.title} at {self.where} is asked as company {self.registration_number} "
                f"({self.company_name}), and the file is about {number}. Nothing was landed; "
                "give the consent or token of the file's company, or the file of theirs."
            )

    def note(self) -> str:
        """In words, for a person who connects."""
        customers = sum(own.startswith("customer/") for own in self.parties)
        return (
            f"{customers} customers, {len(self.parties) - customers} suppliers and "
            f"{len(self.buyers)} booked invoices by the interface of {self.company_name}"
        )


class Beside:
    """A file's items with what the register adds to them."""

    def __init__(self, register: Register, company_id: str) -> None:
        self._register, self._company_id = register, company_id
        self._told: set[str] = set()
        self._vouchers: set[str] = set()
        self._bought = pa.array(list(register.buyers), pa.string())
        buyers = register.buyers.values()
        self._party = pa.array([one.party_id for one in buyers], pa.string())
        self._document = pa.array([one.document for one in buyers], pa.string())

    def item(self, item: Item) -> Item:
        """One item of the file."""
        if not isinstance(item, Rows):
            return item
        if item.stream == "company":
            for row in item.table.to_pylist():
                self._register.ensure_same(row["cvr"])
        elif item.stream == "party":
            return self._filled(item)
        elif item.stream == "voucher" and len(self._bought):
            self._vouchers.update(item.table["source_id"].to_pylist())
            return self._named(item, "document_id", self._document)
        elif item.stream == "posting" and len(self._bought):
            return self._named(item, "party_id", self._party)
        return item

    def rest(self) -> Iterator[Item]:
        """The parties the file did not tell, and what does not fit."""
        rows = Collector("party")
        for own, party in sorted(self._register.parties.items()):
            if own not in self._told:
                rows.add(own, own, party.name or own, party.country, party.vat_number,
                         party.registration_number)  # fmt: skip
        yield from rows.take()
        yield Complete("party")
        yield from self._register.findings
        yield from self._unbooked()

    def _filled(self, item: Rows) -> Rows:
        rows = []
        for row in item.table.to_pylist():
            self._told.add(row["source_id"])
            found = self._register.parties.get(row["source_id"])
            rows.append(row if found is None else _filled(row, found))
        return replace(item, table=pa.Table.from_pylist(rows, schema=item.table.schema))

    def _named(self, item: Rows, column: str, told: pa.Array) -> Rows:
        """`column` with what the voucher's invoice tells, where the file tells nothing."""
        at = pc.index_in(item.table["source_id"], value_set=self._bought)
        filled = pc.coalesce(item.table[column], told.take(at.combine_chunks()))
        place = item.table.schema.get_field_index(column)
        table = item.table.set_column(place, item.table.schema.field(place), filled)
        return replace(item, table=table)

    def _unbooked(self) -> Iterator[Found]:
        """Invoices of the years the file holds, whose vouchers it does not hold."""
        years = {own.partition("/")[0] for own in self._vouchers}
        missing = sorted(
            (buyer.document, own)
            for own, buyer in self._register.buyers.items()
            if own not in self._vouchers and own.partition("/")[0] in years
        )
        if missing:
            document, own = missing[0]
            yield Found(
                Finding(
                    "masters.invoice_without_voucher", Severity.WARNING, self._company_id,
                    self._register.where,
                    f"{len(missing)} booked invoice(s) of {self._register.title} name vouchers the "
                    f"file does not hold; the first is invoice {document}, voucher {own}.",
                    "Export the file again: it is older than these invoices.",
                )
            )  # fmt: skip


def without(items: Iterable[Item]) -> Iterator[Item]:
    """The items of a file alone, where an interface stood beside it before: what that told of
    parties is gone.
    """
    for item in items:
        if isinstance(item, Cursor):
            yield Complete("party")
        yield item


def _filled(row: dict[str, Any], party: Party) -> dict[str, Any]:
    own = row["source_id"].partition("/")[2]
    name = party.name if row["name"] in (own, row["source_id"]) else None
    gaps = {
        key: value for key, value in asdict(party).items() if row.get(key) is None and key != "name"
    }
    return {**row, **gaps, "name": name or row["name"]}


def _digits(number: str | None) -> str:
    return "".join(c for c in number or "" if c.isdigit())[-_ALIKE:]
