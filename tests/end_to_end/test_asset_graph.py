"""The asset graph as people see it, kept as text so that a change shows in review."""

from collections import Counter
from pathlib import Path

import dagster as dg
import pytest

from pipelines.definitions import defs

SNAPSHOT = Path(__file__).with_name("asset_graph.txt")


@pytest.fixture(scope="module")
def graph() -> list[str]:
    assets = defs.resolve_asset_graph()
    checks = Counter(key.asset_key.to_user_string() for key in assets.asset_check_keys)
    lines = []
    for key in sorted(assets.get_all_asset_keys(), key=lambda k: k.to_user_string()):
        node = assets.get(key)
        parents = ", ".join(sorted(parent.to_user_string() for parent in node.parent_keys))
        kept = _kept(node.partitions_def)
        name = key.to_user_string()
        lines.append(f"{node.group_name}/{name} <- {parents} | {checks[name]} checks | {kept}")
    lines += [f"job {job.name}" for job in sorted(defs.jobs or [], key=lambda job: job.name)]
    lines += [f"schedule {s.name}" for s in sorted(defs.schedules or [], key=lambda s: s.name)]
    return lines


def _kept(partitions: dg.PartitionsDefinition | None) -> str:
    if isinstance(partitions, dg.DailyPartitionsDefinition):
        return "by day"
    return "by month" if isinstance(partitions, dg.TimeWindowPartitionsDefinition) else "whole"


def test_the_graph_is_as_reviewed(graph: list[str], request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update", default=False):
        SNAPSHOT.write_text("\n".join(graph) + "\n")
    assert graph == SNAPSHOT.read_text().splitlines()


def test_every_asset_says_what_it_is() -> None:
    assets = defs.resolve_asset_graph()
    for key in assets.get_all_asset_keys():
        node = assets.get(key)
        assert node.description, key
        assert node.owners, key
        assert node.kinds, key
        assert "dagster/column_schema" in node.metadata or key.to_user_string() == "warehouse"
