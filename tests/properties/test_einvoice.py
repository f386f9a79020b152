"""Whatever an invoice holds: its voucher balances to the øre and says what the invoice says."""

import re
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.invoice_writer import KUNDE, LEVERANDOR, NORDLYS, Doc, Part
from tests.unit.sources.pulling import Pulled, pull

CENTS = st.integers(1, 10**9).map(lambda n: str(Decimal(n).scaleb(-2)))
SMALL = st.integers(0, 4999).map(lambda n: str(Decimal(n).scaleb(-2)))


@st.composite
def documents(draw: st.DrawFn, number: str = "1") -> Doc:
    is_sale, oioubl = draw(st.booleans()), draw(st.booleans())
    kinds = ["S", "Z", "AE"] if oioubl else ["S", "Z", "E", "O", "AE"]
    parts = draw(
        st.lists(
            st.builds(
                lambda net, kind: Part(net, kind, "25" if kind == "S" else "0"),
                CENTS, st.sampled_from(kinds),
            ),
            min_size=1, max_size=4,
        )
    )  # fmt: skip
    seller, buyer = (NORDLYS, KUNDE) if is_sale else (LEVERANDOR, NORDLYS)
    return Doc(
        number, "2026-01-05", seller, buyer, tuple(parts), credit=draw(st.booleans()),
        oioubl=oioubl, allowance=draw(SMALL), charge=draw(SMALL), prepaid=draw(SMALL),
        rounding=draw(st.sampled_from(["0", "0.25", "-0.40"])),
        duty=draw(SMALL) if oioubl else "0",
    )  # fmt: skip


def pulled(*written: Doc, order: tuple[int, ...] | None = None) -> Pulled:
    with TemporaryDirectory() as folder:
        for place, document in zip(order or range(len(written)), written, strict=True):
            document.save(Path(folder), f"{place}.xml")
        options = {"path": ".", "numbers": "10150817", "as": "ledger"}
        return pull("einvoice", Path(folder), **options)


@settings(max_examples=100, deadline=None)
@given(documents())
def test_a_voucher_balances_and_owes_what_the_invoice_says(document: Doc) -> None:
    found = pulled(document)
    assert not [f for f in found.findings if f.severity == "error"], found.findings
    amounts = [row["amount"] for row in found["posting"]]
    assert sum(amounts) == 0
    own = [r["amount"] for r in found["posting"] if r["account_code"] in {"6190", "7440"}]
    vat = sum(
        ((base * Decimal(percent) / 100) for (_, percent), base in document.sums().items()),
        Decimal(0),
    )
    bases = sum(document.sums().values(), Decimal(0))
    due = bases + vat + Decimal(document.rounding) - Decimal(document.prepaid)
    assert abs(abs(sum(own)) - abs(due)) <= Decimal("0.05")
    totals = [r for r in found["control_total"] if r["declared"] != r["found"]]
    assert totals == []


@settings(max_examples=20, deadline=None)
@given(st.tuples(*(documents(str(n)) for n in range(3))), st.permutations(range(3)))
def test_the_names_of_files_change_no_voucher(three: tuple[Doc, ...], order: list[int]) -> None:
    plain, shuffled = pulled(*three), pulled(*three, order=tuple(order))
    for stream in ("posting", "source_document"):
        key = [sorted(map(str, told[stream])) for told in (plain, shuffled)]
        assert key[0] == key[1]


VALUES = ["", "-1", "1e5", "NaN", "9999999999999999.99", "0.0000000001", "1,5", "DKK", "EUR", "K",
          "Z", "B", "DE", "2026-13-45", "0001-01-01", "Infinity"]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(documents(), st.data())
def test_a_mangled_invoice_is_told_or_refused_and_never_silently_wrong(
    document: Doc, data: st.DataObject
) -> None:
    text = document.write().decode()
    for _ in range(data.draw(st.integers(1, 3))):
        found = list(re.finditer(r">([^<>\n]+)<", text))
        spot = data.draw(st.sampled_from(found))
        text = text[: spot.start(1)] + data.draw(st.sampled_from(VALUES)) + text[spot.end(1) :]
    with TemporaryDirectory() as folder:
        (Path(folder) / "a.xml").write_text(text)
        told = pull("einvoice", Path(folder), path=".", numbers="10150817", **{"as": "ledger"})
    if not [f for f in told.findings if f.severity == "error"]:
        assert sum(row["amount"] for row in told["posting"]) == 0
