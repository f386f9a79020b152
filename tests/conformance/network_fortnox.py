"""Fortnox's register of parties beside its SIE file, in the network conformance suite."""

from pathlib import Path
from typing import Any

from assets.sources.connector import Connection
from tests.conformance import nordic_registers as nordic
from tests.simulators.fortnox import Fortnox
from warehouse.secret import Secret


def connect(simulator: Any, folder: Path, **options: Any) -> Connection:
    """A connection to a simulator, tokens below the folder."""
    consent = simulator.consent
    return nordic.sie(
        "fortnox", folder, client_id=consent.client_id,
        client_secret=Secret(consent.client_secret), refresh_token=Secret(consent.refresh_token),
        url=f"{simulator.url}/3", token_url=f"{simulator.url}/oauth-v1/token", **options,
    )  # fmt: skip


CASES = [
    nordic.case(
        "fortnox", lambda: Fortnox(register=nordic.register()), connect, "Customers",
        "CustomerNumber", "/3/customers",
        "a file Fortnox wrote in 2011; its interface: simulator from answers recorded in public",
        expire=lambda fortnox: fortnox.consent.expire(),
        revoke=lambda fortnox: fortnox.consent.revoke(),
        elsewhere=nordic.CORE,
    )
]  # fmt: skip
