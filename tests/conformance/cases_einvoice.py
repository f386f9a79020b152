"""Conformance case of e-invoices as the ledger of a business that keeps no other books."""

from decimal import Decimal
from pathlib import Path

from assets.sources.connector import Connection
from tests.conformance.connector_case import Case
from tests.invoice_writer import KUNDE, LEVERANDOR, NORDLYS, Doc, Part, enveloped

# number → net; the even ones are purchases in OIOUBL, every fifth a credit note
NETS = {f"{n}": f"{n * 100}.04" for n in range(1, 41)}


def _doc(number: str, net: str) -> Doc:
    is_sale = int(number) % 2 == 1
    seller, buyer = (NORDLYS, KUNDE) if is_sale else (LEVERANDOR, NORDLYS)
    day = f"2026-{int(number) % 12 + 1:02}-{int(number) % 28 + 1:02}"
    return Doc(
        number, day, seller, buyer, (Part(net),), credit=int(number) % 5 == 0, oioubl=not is_sale
    )


def _write(folder: Path, number: str, net: str) -> None:
    document = _doc(number, net).write()
    content = enveloped(document) if int(number) % 7 == 0 else document
    (folder / f"{number}.xml").write_bytes(content)


def _set_up(folder: Path) -> Connection:
    for number, net in NETS.items():
        _write(folder, number, net)
    options = {"path": ".", "numbers": "10150817", "as": "ledger"}
    return Connection("invoices", "nordlys", "einvoice", options, str(folder))


def _change(folder: Path) -> None:
    _write(folder, "3", "999.96")
    (folder / "7.xml").unlink()
    _write(folder, "41", "8.00")


def _ruin(folder: Path) -> None:
    path = folder / "9.xml"
    path.write_bytes(path.read_bytes()[:-200])


DEBIT = sum(Decimal(net) + (Decimal(net) / 4).quantize(Decimal("0.01")) for net in NETS.values())

CASES = [
    Case(
        "einvoice", _set_up, 40, 120, Decimal(DEBIT), _change, _ruin, deletes=2,
        proof="published rules and examples, read; invoices of our own",
    )
]  # fmt: skip
