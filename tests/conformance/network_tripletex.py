"""Tripletex's register of parties beside its SAF-T file, in the network conformance suite."""

from pathlib import Path
from typing import Any

from assets.sources.connector import Connection
from tests.conformance import nordic_registers as nordic
from tests.simulators.tripletex import Tripletex
from warehouse.secret import Secret


def connect(simulator: Any, folder: Path, **options: Any) -> Connection:
    """A connection to a simulator."""
    return nordic.saft(
        folder, url=f"{simulator.url}/v2", consumer_token=Secret(simulator.consumer_token),
        employee_token=Secret(simulator.employee_token), **options,
    )  # fmt: skip


CASES = [
    nordic.case(
        "tripletex", lambda: Tripletex(register=nordic.norwegian()), connect, "values",
        "customerNumber", "/v2/customer",
        "no file of Tripletex itself; its interface: simulator from its public description",
        expire=lambda tripletex: tripletex.expire(),
        revoke=lambda tripletex: tripletex.revoke(),
        elsewhere=nordic.CORE | {"reading": nordic.AS_FORTNOX},
    )
]  # fmt: skip
