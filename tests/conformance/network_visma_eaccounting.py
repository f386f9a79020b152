"""Visma eAccounting's register of parties beside its SIE file, in the network suite."""

from pathlib import Path
from typing import Any

from assets.sources.connector import Connection
from tests.conformance import nordic_registers as nordic
from tests.simulators.visma_eaccounting import VismaEAccounting
from warehouse.secret import Secret


def connect(simulator: Any, folder: Path, **options: Any) -> Connection:
    """A connection to a simulator, tokens below the folder."""
    consent = simulator.consent
    return nordic.sie(
        "visma_eaccounting", folder, client_id=consent.client_id,
        client_secret=Secret(consent.client_secret), refresh_token=Secret(consent.refresh_token),
        url=f"{simulator.url}/v2", token_url=f"{simulator.url}/connect/token", **options,
    )  # fmt: skip


CASES = [
    nordic.case(
        "visma_eaccounting", lambda: VismaEAccounting(register=nordic.register()), connect,
        "Data", "CustomerNumber", "/v2/customers",
        "files of other Visma programs; its interface: simulator from its pages and clients",
        expire=lambda visma: visma.consent.expire(),
        revoke=lambda visma: visma.consent.revoke(),
        elsewhere=nordic.CORE | dict.fromkeys(
            ("reading", "tokens", "credentials"), nordic.AS_FORTNOX
        ),
    )
]  # fmt: skip
