"""Messages of the Business Central connector, exactly."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from assets.sources.business_central import CONNECTOR
from assets.sources.connector import Connection, Found, silent
from assets.sources.parts.business_central.records import is_settlement
from assets.sources.parts.business_central.shapes import VatEntry
from tests.conformance.network_business_central import connect
from tests.errors.corpus import expected
from tests.saft_writer import Book, sale
from tests.simulators.base import Fault
from tests.simulators.business_central import TENANT, BusinessCentral
from warehouse.errors import PermanentError, SettingsError, SourceError


def pull(connection: Connection) -> list[Any]:
    return list(CONNECTOR.pull(connection, None, silent))


def failure(bc: BusinessCentral, folder: Path, kind: type[Exception], **more: Any) -> str:
    with pytest.raises(kind) as caught:
        pull(connect(bc, folder, **more))
    return str(caught.value)


def told(items: list[Any], rule: str) -> str:
    (found,) = [i.finding for i in items if isinstance(i, Found) and i.finding.rule == rule]
    return str(found.message)


def test_settings_and_credentials(tmp_path: Path) -> None:
    with BusinessCentral() as bc:
        where = f"{bc.url}/v2.0/{TENANT}/Production"
        for case, kind, more in (
            ("bc-company-unknown", PermanentError, {"bc_company": "Sydlys ApS"}),
            ("bc-vat-page-form", SettingsError, {"vat_page": "vatEntries"}),
            ("bc-saft-and-vat-page", SettingsError, {"saft": "x.xml"}),
            ("bc-no-vat-page", PermanentError, {"vat_page": "a/b/v1.0/c"}),
        ):
            message = failure(bc, tmp_path, kind, **more)
            assert message == expected("business_central", case, where=where)
        bc.more_companies = ["Sydlys ApS"]
        message = failure(bc, tmp_path, PermanentError)
        assert message == expected("business_central", "bc-companies-several")
        bc.revoke()
        message = failure(bc, tmp_path / "anew", PermanentError)
        assert message == expected("business_central", "bc-client-refused")


def test_a_count_that_is_not_told(tmp_path: Path) -> None:
    with BusinessCentral() as bc:
        bc.faults.append(
            Fault("wrong_type", path="/generalLedgerEntries", times=9, change=_without_count)
        )
        message = failure(bc, tmp_path, SourceError)
        where = f"{bc.url}/v2.0/{TENANT}/Production"
    assert message == expected("business_central", "bc-count-not-told", where=where)


def test_a_vat_entry_of_a_type_that_is_none() -> None:
    """Left out it would be missing from the return and nobody the wiser."""
    entry = VatEntry(
        7, 8, "2026-03-01", "1041", "Køb", "EU", "VARER", "", Decimal(25), Decimal(1), Decimal(0)
    )
    assert is_settlement(replace_type(entry, "Settlement"))
    assert is_settlement(replace_type(entry, "_x0020_"))
    assert not is_settlement(replace_type(entry, "Sale"))
    with pytest.raises(SourceError) as caught:
        is_settlement(entry)
    assert str(caught.value) == expected("business_central", "bc-vat-entry-type")


def replace_type(entry: VatEntry, told: str) -> VatEntry:
    return msgspec.structs.replace(entry, type=told)


def _without_count(page: Any) -> Any:
    return {name: value for name, value in page.items() if name != "@odata.count"}


def test_findings(tmp_path: Path) -> None:
    (tmp_path / "x.xml").write_bytes(Book([sale("1", "2026-03-01", "100")]).write())
    with BusinessCentral() as bc:
        items = pull(connect(bc, tmp_path, vat_page=None))
        message = told(items, "business_central.no_vat")
        assert message == expected("business_central", "bc-no-vat")
        lines = [("2450", Decimal(8)), ("6480", Decimal(-8))]
        bc.add(date(2027, 1, 4), "27-1", lines)
        items = pull(connect(bc, tmp_path, vat_page=None, saft="x.xml"))
        message = told(items, "business_central.saft_behind")
        assert message == expected("business_central", "bc-saft-behind")
        bc.vat[0] = replace(bc.vat[0], entry=0)
        items = pull(connect(bc, tmp_path))
        message = told(items, "business_central.vat_unlinked")
        assert message == expected("business_central", "bc-vat-unlinked")
