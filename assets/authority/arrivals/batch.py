"""One batch of reports not seen before, as rows: the report, its amounts, what is poisoned.

One bad report is set aside with its reason and the others go on.

Belongs here: from standings and the service's bytes to Arrow tables. Does not: reading one
report (`contents`), or bringing rows into the warehouse (`writing`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from assets.authority.arrivals import contents
from assets.authority.arrivals.contents import Contents, Poisoned
from assets.authority.arrivals.folding import Standing, utc
from assets.authority.arrivals.service import Service
from warehouse.shape import schema
from warehouse.tables import TABLES

if TYPE_CHECKING:
    from assets.authority.service.reading import Received

_REFUSED_KEY = "message-"
"""What was refused at the door has no report of its own: its bytes are the message."""


@dataclass(slots=True)
class Rows:
    """Rows of the batch by table, in no order; `is_correction` is not told yet."""

    filings: list[tuple[Any, ...]] = field(default_factory=list)
    amounts: list[tuple[str, str, int]] = field(default_factory=list)
    sales: list[tuple[Any, ...]] = field(default_factory=list)
    poisoned: list[tuple[Any, ...]] = field(default_factory=list)

    def table(self, name: str) -> pa.Table:
        """The rows of one table, in the shape it is stored in."""
        rows: dict[str, Sequence[tuple[Any, ...]]] = {
            "received_filing": self.filings,
            "filed_vat_amount": self.amounts,
            "filed_eu_sale": self.sales,
            "quarantined_filing": self.poisoned,
        }
        shape = schema(TABLES[name])
        columns = zip(*rows[name], strict=True) if rows[name] else [()] * len(shape)
        arrays = [pa.array(one, f.type) for one, f in zip(columns, shape, strict=True)]
        return pa.Table.from_arrays(arrays, schema=shape)


def gather(service: Service, standings: Iterable[Standing]) -> Rows:
    """The rows of the reports that these standings speak of; their bytes are read one by one."""
    rows = Rows()
    by_type: dict[str, dict[str, Standing]] = defaultdict(dict)
    for one in standings:
        by_type[one.report_type][one.filing_key] = one
    for report_type, wanted in sorted(by_type.items()):
        for received in service.received(report_type, list(wanted)):
            _add(rows, wanted.pop(received.filing_key), received)
        for one in wanted.values():
            _set_aside(rows, one, contents.missing(report_type, one.filing_key))
    return rows


def _add(rows: Rows, one: Standing, received: "Received") -> None:
    read = contents.read(received, is_refused=one.filing_key.startswith(_REFUSED_KEY))
    if isinstance(read, Poisoned):
        _set_aside(rows, one, read)
        read = contents.unread(received)
    rows.filings.append(_filing(one, received, read))
    rows.amounts += ((one.filing_key, name, amount) for name, amount in read.amounts)
    rows.sales += _sales(one.filing_key, read)


def _filing(one: Standing, received: "Received", read: Contents) -> tuple[Any, ...]:
    """A row of received_filing, in the order of its columns."""
    return (
        one.filing_key, one.report_type, read.filing_id, received.cvr, received.se_number,
        received.period_start, received.period_end, received.sender, received.transaction_id,
        utc(received.received_at), one.status, one.decided_at, one.accepted_at,
        one.accepted_event, one.codes or (), read.is_zero, None, read.byte_count, one.event_from,
        one.event_to,
    )  # fmt: skip


def _sales(key: str, read: Contents) -> Iterator[tuple[Any, ...]]:
    for line, sale in enumerate(read.sales, start=1):
        yield (key, line, *sale)


def _set_aside(rows: Rows, one: Standing, poisoned: Poisoned) -> None:
    rows.poisoned.append(
        (one.filing_key, one.report_type, poisoned.rule, poisoned.message, poisoned.remedy,
         one.event_from)
    )  # fmt: skip
