"""No float ever: an amount's digits are the same on the wire and in Parquet."""

from decimal import Decimal

import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.sources.connector import Connection
from assets.sources.network.auth import bearer
from assets.sources.network.client import Client
from assets.sources.network.stream import Reading
from assets.sources.row_batches import Collector
from assets.sources.staging import Staging
from tests.errors.test_network import ENTRIES, SERVICE
from tests.simulators.ledgerly import Ledgerly
from warehouse.secret import Secret

_AMOUNTS = st.decimals(
    min_value=Decimal("-9999999999999999.99"),
    max_value=Decimal("9999999999999999.99"),
    places=2,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(amounts=st.lists(_AMOUNTS, min_size=1, max_size=40))
def test_an_amount_is_the_same_from_the_wire_to_parquet(
    tmp_path_factory, amounts: list[Decimal]
) -> None:
    folder = tmp_path_factory.mktemp("staged")
    staging = Staging(folder / "s", Connection("c", "c", "ledgerly", {}))
    with (
        Ledgerly([str(amount) for amount in amounts]) as vendor,
        Client(SERVICE, vendor.url, bearer(Secret(vendor.token))) as http,
    ):
        rows = Collector("posting")
        for entry in Reading(http, ENTRIES).records():
            rows.add("v", str(entry.id), entry.id, "1000", entry.amount, *[None] * 7)
        staging.collect(rows.take())
    found = pq.read_table(folder / "s" / "posting.staged.parquet")["amount"].to_pylist()
    assert found == amounts
