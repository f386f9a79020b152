"""Everything Dagster knows: assets, checks, jobs, schedules, sensor, resources.

Belongs here: putting together. Does not: any asset's work.
"""

from importlib import import_module
from pathlib import Path

import dagster as dg

import assets
from pipelines.jobs import JOBS
from pipelines.schedules import SCHEDULES, SENSORS
from pipelines.workspace import workspace_resource

_ROOT = Path(assets.__path__[0]).parent
_MODULES = [
    import_module(".".join(path.relative_to(_ROOT).with_suffix("").parts))
    for path in sorted(_ROOT.glob("assets/**/asset.py"))
]
"""Each stage's Dagster module. Looking through every module would import the web service too."""

defs = dg.Definitions(
    assets=dg.load_assets_from_modules(_MODULES),
    asset_checks=dg.load_asset_checks_from_modules(_MODULES),
    jobs=JOBS,
    schedules=SCHEDULES,
    sensors=SENSORS,
    resources={"workspace": workspace_resource},
    executor=dg.in_process_executor,
)
