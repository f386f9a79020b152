"""Messages of customers and suppliers by interface, exactly; and what they come to."""

from collections.abc import Callable
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from assets.sources import registry
from assets.sources.connector import Connection, Found, silent
from assets.sources.network.bucket import Bucket
from tests.conformance import network_fortnox, network_tripletex, network_visma_eaccounting
from tests.conformance import nordic_registers as nordic
from tests.errors.corpus import expected
from tests.simulators.base import Fault
from tests.simulators.fortnox import Fortnox
from tests.simulators.parties import Invoice, Register
from tests.simulators.tripletex import Tripletex
from tests.simulators.visma_eaccounting import VismaEAccounting
from warehouse.errors import PermanentError, SettingsError, SourceError, TransientError


@pytest.fixture(autouse=True)
def _no_waiting_for_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assets.sources.network.client.bucket_of", lambda *_: Bucket(None))


def pull(connection: Connection) -> list[Any]:
    return list(registry.load(connection.system).pull(connection, None, silent))


def failure(kind: type[Exception], connection: Connection) -> str:
    with pytest.raises(kind) as caught:
        pull(connection)
    return str(caught.value)


def test_a_connection_with_some_credentials(tmp_path: Path) -> None:
    told = failure(SettingsError, nordic.sie("fortnox", tmp_path, client_id="x"))
    assert told == expected("masters", "masters-part")


def test_the_consent_of_another_company(tmp_path: Path) -> None:
    with Fortnox(register=Register(registration_number="556000-0002")) as fortnox:
        told = failure(SourceError, network_fortnox.connect(fortnox, tmp_path))
        assert told == expected("masters", "masters-other-company", where=f"{fortnox.url}/3")


def test_a_list_that_shows_fewer_than_it_counts(tmp_path: Path) -> None:
    def more(page: Any) -> Any:
        return {**page, "Meta": {**page["Meta"], "TotalNumberOfResults": 9}}

    with VismaEAccounting() as visma:
        visma.faults.append(Fault("wrong_type", path="/v2/customers", times=99, change=more))
        told = failure(SourceError, network_visma_eaccounting.connect(visma, tmp_path))
        assert told == expected("masters", "masters-fewer", where=f"{visma.url}/v2")


def test_a_list_that_never_holds_still(tmp_path: Path) -> None:
    counts = cycle([7, 8])

    def moving(page: Any) -> Any:
        return {**page, "MetaInformation": {**page["MetaInformation"],
                                            "@TotalResources": next(counts)}}  # fmt: skip

    with Fortnox() as fortnox:
        fortnox.faults.append(Fault("wrong_type", path="/3/customers", times=99, change=moving))
        told = failure(TransientError, network_fortnox.connect(fortnox, tmp_path))
        assert told == expected("masters", "masters-moving", where=f"{fortnox.url}/3")


def test_a_list_that_is_another_each_time(tmp_path: Path) -> None:
    names = iter(map(str, range(99)))

    def renaming(page: Any) -> Any:
        return {**page, "values": [{**one, "name": next(names)} for one in page["values"]]}

    with Tripletex(register=nordic.norwegian()) as tripletex:
        tripletex.faults.append(Fault("wrong_type", path="/customer", times=99, change=renaming))
        told = failure(TransientError, network_tripletex.connect(tripletex, tmp_path))
        assert told == expected("masters", "masters-unsteady", where=f"{tripletex.url}/v2")


def test_a_consent_withdrawn_or_too_small(tmp_path: Path) -> None:
    with Fortnox() as fortnox:
        connection = network_fortnox.connect(fortnox, tmp_path)
        fortnox.faults.append(Fault("status", path="/3/invoices", status=403))
        told = failure(PermanentError, connection)
        assert told == expected("masters", "masters-scope", where=f"{fortnox.url}/3")
        fortnox.consent.revoke()
        fresh = replace(connection, private_folder=str(tmp_path / "other"))
        assert failure(PermanentError, fresh) == expected("masters", "masters-withdrawn")


def _refused(tripletex: Tripletex) -> None:
    tripletex.revoke()


def _fault(kind: Any, **told: Any) -> Callable[[Tripletex], None]:
    def do(tripletex: Tripletex) -> None:
        tripletex.faults.append(Fault(kind, path=":create", times=9, **told))

    return do


@pytest.mark.parametrize(
    ("case", "do", "kind"),
    [
        ("masters-no-session", _refused, PermanentError),
        ("masters-session-later", _fault("status", status=503), TransientError),
        ("masters-session-silent", _fault("drop"), TransientError),
        ("masters-session-other", _fault("html"), PermanentError),
    ],
)
def test_no_session(
    tmp_path: Path, case: str, do: Callable[[Tripletex], None], kind: type[Exception]
) -> None:
    with Tripletex() as tripletex:
        do(tripletex)
        connection = network_tripletex.connect(tripletex, tmp_path)
        connection.options["attempts"] = 1  # type: ignore[index]
        told = failure(kind, connection)
        assert told == expected("masters", case, where=f"{tripletex.url}/v2")


def test_invoices_newer_than_the_file(tmp_path: Path) -> None:
    register = nordic.register()
    register.invoices.append(Invoice(104, "10", "2026-05-05", 4))
    with Fortnox(register=register) as fortnox:
        items = pull(network_fortnox.connect(fortnox, tmp_path))
    found = [item.finding for item in items if isinstance(item, Found)]
    (one,) = [finding for finding in found if finding.rule == "masters.invoice_without_voucher"]
    assert one.message == expected("masters", "masters-unbooked")
