"""Messages of the Xero connector, exactly."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assets.sources.connector import Connection, Found, silent
from assets.sources.xero import CONNECTOR
from tests.conformance.network_xero import connect
from tests.errors.corpus import expected
from tests.simulators.base import Fault
from tests.simulators.xero import Xero
from warehouse.errors import PermanentError, SourceError, TransientError


def pull(connection: Connection, cursor: Any = None) -> list[Any]:
    return list(CONNECTOR.pull(connection, cursor, silent))


def changed(path: str, change: Callable[[Any], Any], times: int = 99) -> Fault:
    return Fault("wrong_type", path=path, change=change, times=times)


@pytest.mark.parametrize(
    ("case", "fault", "kind"),
    [
        ("xero-organisation-missing",
         changed("/Organisation", lambda page: {**page, "Organisations": []}), SourceError),
        ("xero-no-journals",
         changed("/Journals", lambda page: {**page, "Journals": []}), SourceError),
        ("xero-contacts-fewer",
         changed("/Contacts", lambda page: {**page, "pagination": {"itemCount": 99}}),
         TransientError),
        ("xero-date",
         changed("/Journals", lambda page: {**page, "Journals": [
             one | {"JournalDate": "yesterday"} for one in page["Journals"]]}), SourceError),
    ],
)  # fmt: skip
def test_answers_that_cannot_be(
    tmp_path: Path, case: str, fault: Fault, kind: type[Exception]
) -> None:
    with Xero() as xero:
        xero.faults.append(fault)
        with pytest.raises(kind) as caught:
            pull(connect(xero, tmp_path))
        assert str(caught.value) == expected("xero", case, where=xero.base)


def test_a_withdrawn_consent(tmp_path: Path) -> None:
    with Xero() as xero:
        xero.revoke()
        with pytest.raises(PermanentError) as caught:
            pull(connect(xero, tmp_path))
    assert str(caught.value) == expected("xero", "xero-consent-withdrawn")


def test_a_tenant_that_is_not_covered(tmp_path: Path) -> None:
    with Xero() as xero:
        connection = connect(xero, tmp_path)
        connection.options["tenant"] = "Sydlys ApS"  # type: ignore[index]
        with pytest.raises(PermanentError) as caught:
            pull(connection)
    assert str(caught.value) == expected("xero", "xero-tenant-unknown")


def test_several_tenants_and_none_named(tmp_path: Path) -> None:
    with Xero() as xero:
        more = [{"tenantId": "t2", "tenantName": "Sydlys ApS"}]
        xero.faults.append(changed("/connections", lambda page: page + more))
        with pytest.raises(PermanentError) as caught:
            pull(connect(xero, tmp_path))
    assert str(caught.value) == expected("xero", "xero-tenants-several")


def test_journals_that_are_not_shown_any_more(tmp_path: Path) -> None:
    with Xero() as xero:
        connection = connect(xero, tmp_path)
        cursor = pull(connection)[-1].value
        xero.faults.append(changed("/Journals", lambda page: {**page, "Journals": []}))
        with pytest.raises(SourceError) as caught:
            pull(connection, cursor)
        assert str(caught.value) == expected("xero", "xero-journals-vanished", where=xero.base)


def test_a_line_whose_gross_is_another(tmp_path: Path) -> None:
    def change(page: Any) -> Any:
        page["Journals"][0]["JournalLines"][0] |= {
            "NetAmount": 23062.50, "TaxAmount": 0, "GrossAmount": 1
        }  # fmt: skip
        return page

    with Xero() as xero:
        xero.faults.append(changed("/Journals", change, times=1))
        items = pull(connect(xero, tmp_path))
    (found,) = [item.finding for item in items if isinstance(item, Found)]
    assert found.rule == "xero.tax_amount"
    line = found.message.split()[1]
    told = found.message.replace("23062.5 ", "23062.50 ").replace("but 1 ", "but 1.00 ")
    assert told == expected("xero", "xero-tax-amount", line=line)
