"""Messages of the Billy connector, exactly."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assets.sources.billy import CONNECTOR
from assets.sources.connector import Connection, Found, silent
from tests.conformance.network_billy import connect
from tests.errors.corpus import expected
from tests.simulators.base import Fault
from tests.simulators.billy import Billy
from warehouse.errors import PermanentError, SettingsError, SourceError, TransientError

LINES = [("2450", Decimal(8)), ("6480", Decimal(-8))]


def pull(connection: Connection) -> list[Any]:
    return list(CONNECTOR.pull(connection, None, silent))


def changed(path: str, change: Callable[[Any], Any]) -> Fault:
    return Fault("wrong_type", path=path, change=change, times=999)


def first_posting(**other: Any) -> Callable[[Any], Any]:
    def change(page: Any) -> Any:
        for one in page["postings"]:
            if one["id"] == "p000001":
                one.update(other)
        return page

    return change


def without_last(page: Any) -> Any:
    """The newest posting is in the count and not shown."""
    page["postings"] = [one for one in page["postings"] if one["id"] != "p000002"]
    return page


def without_first(page: Any, counted: int) -> Any:
    """One invoice fewer than there are, with its lines; `counted` in all, or so it is said."""
    gone = page["invoices"].pop(0)["id"]
    page["invoiceLines"] = [one for one in page["invoiceLines"] if one["invoiceId"] != gone]
    page["meta"]["paging"]["total"] = counted - 1
    return page


def stray_line(page: Any) -> Any:
    page["billLines"][0]["billId"] = "d99999"
    return page


@pytest.mark.parametrize(
    ("case", "fault", "kind"),
    [
        ("billy-stray-line", changed("/bills", stray_line), SourceError),
        ("billy-documents-hidden",
         changed("/invoices", lambda page: {**page, "invoices": [], "invoiceLines": []}),
         TransientError),
        ("billy-postings-hidden",
         changed("/postings", lambda page: {**page, "postings": []}), SourceError),
        ("billy-postings-fewer", changed("/postings", without_last), SourceError),
        ("billy-masters-fewer", changed("/accounts", lambda page: {**page, "meta": {
            "paging": {"page": 1, "pageCount": 1, "total": 99}}}), TransientError),
        ("billy-no-transaction",
         changed("/postings", lambda page: {**page, "transactions": []}), SourceError),
        ("billy-side", changed("/postings", first_posting(side="left")), SourceError),
    ],
)  # fmt: skip
def test_answers_that_cannot_be(
    tmp_path: Path, case: str, fault: Fault, kind: type[Exception]
) -> None:
    with Billy() as billy:
        billy.faults.append(fault)
        connection = connect(billy, tmp_path, page_size=1000)
        with pytest.raises(kind) as caught:
            pull(connection)
        assert str(caught.value) == expected("billy", case, where=f"{billy.url}/v2")


def test_a_refused_token_and_a_page_too_large(tmp_path: Path) -> None:
    with Billy() as billy:
        with pytest.raises(SettingsError) as refused:
            pull(connect(billy, tmp_path, page_size=2000))
        assert str(refused.value) == expected("billy", "billy-page-size")
        billy.revoke()
        with pytest.raises(PermanentError) as caught:
            pull(connect(billy, tmp_path))
        where = f"{billy.url}/v2"
    assert str(caught.value) == expected("billy", "billy-token-refused", where=where)


def test_books_that_never_hold_still(tmp_path: Path) -> None:
    """Two edges and two counts come first; then three requests a round, the second the page."""
    with Billy() as billy:
        for request in (6, 9, 12):
            billy.before(request, lambda: billy.add(date(2026, 5, 5), "x", LINES), "/postings")
        with pytest.raises(TransientError) as caught:
            pull(connect(billy, tmp_path, page_size=1000))
        where = f"{billy.url}/v2"
    assert str(caught.value) == expected("billy", "billy-postings-moving", where=where)


def told(items: list[Any], rule: str) -> str:
    return next(i.finding.message for i in items if isinstance(i, Found) and i.finding.rule == rule)


def test_findings(tmp_path: Path) -> None:
    with Billy() as billy:
        connection = connect(billy, tmp_path)
        billy.void(5)
        message = told(pull(connection), "billy.voided")
        assert message == expected("billy", "billy-voided")
        billy.faults.append(changed("/postings", first_posting(currencyId="EUR")))
        message = told(pull(connection), "billy.currency")
        assert message == expected("billy", "billy-currency")
        billy.faults.clear()

        def two_codes(page: Any) -> Any:
            line = page["billLines"][0]
            page["billLines"].append({**line, "amount": 1, "taxRateId": "tax999"})
            return page

        invoice = changed("/invoices", lambda page: without_first(page, len(page["invoices"])))
        billy.faults.append(invoice)
        message = told(pull(connection), "billy.document_missing")
        assert message == expected("billy", "billy-document-missing")
        billy.faults.clear()

        billy.faults.append(changed("/bills", two_codes))
        message = told(pull(connection), "billy.vat_unmatched")
        assert message == expected("billy", "billy-vat-unmatched")
