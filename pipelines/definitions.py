"""Everything Dagster knows: assets, checks, jobs, schedules, sensor, resources.

Belongs here: putting together. Does not: any asset's work.
"""

import dagster as dg

import assets
from pipelines.jobs import JOBS
from pipelines.schedules import SCHEDULES, SENSORS
from pipelines.workspace import workspace_resource

defs = dg.Definitions(
    assets=dg.load_assets_from_package_module(assets),
    asset_checks=dg.load_asset_checks_from_package_module(assets),
    jobs=JOBS,
    schedules=SCHEDULES,
    sensors=SENSORS,
    resources={"workspace": workspace_resource},
    executor=dg.in_process_executor,
)
