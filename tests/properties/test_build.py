"""The ledger depends on what was landed, not on when it was built."""

from datetime import date
from pathlib import Path

from tests.end_to_end.test_ledger_build import House
from tests.unit.sources.books import Books


def test_load_by_load_and_all_at_once_give_the_same_bytes(tmp_path: Path) -> None:
    stepwise, at_once = House(tmp_path / "a"), House(tmp_path / "b")
    second = Books()
    second.vouchers["2"] = (date(2026, 9, 4), [("2000", "500", None), ("5000", "-500", None)])
    second.vat_codes["U25"] = ("Salgsmoms 25 procent", "S01")
    stepwise.land(Books())
    stepwise.build()
    stepwise.land(second)
    stepwise.build()
    at_once.land(Books())
    at_once.land(second)
    at_once.build()
    for table in ("voucher", "posting", "tax_line", "vat_code", "record_change", "load"):
        assert stepwise.store.partitions(table) == at_once.store.partitions(table), table
