"""The workspace as Dagster's resource, and where the instance keeps its records.

Belongs here: finding the settings from the environment, `DAGSTER_HOME`. Does
not: what the settings say (`pipelines.settings`).
"""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg

from assets.workspace import Workspace
from pipelines import settings

HOME = Path(__file__).resolve().parent.parent
"""The folder with `dagster.yaml`; every command and the UI share it."""

SETTINGS_VARIABLE = "INDBERET_SETTINGS"


def settings_path(given: Path | None = None) -> Path:
    """The settings file: `given`, else $INDBERET_SETTINGS, else ./indberet.toml."""
    return given or Path(os.environ.get(SETTINGS_VARIABLE) or settings.DEFAULT)


def environment(workspace: Workspace) -> dict[str, str]:
    """The variables under which Dagster records into this workspace."""
    return {
        "DAGSTER_HOME": str(HOME),
        "DAGSTER_STATE_DIR": str(workspace.folder("dagster")),
        SETTINGS_VARIABLE: str(workspace.settings),
        "INDBERET_SCHEDULES": "on" if workspace.schedules_on else "off",
        "DAGSTER_DISABLE_TELEMETRY": "true",
        "GX_ANALYTICS_ENABLED": "false",
    }


@dg.resource(
    config_schema={
        "companies": dg.Field(
            [str], default_value=[], description="Only these companies; empty means all."
        ),
        "yearly_only": dg.Field(
            bool, default_value=False, description="Only the reports of fiscal years."
        ),
    },
    description="The workspace of $INDBERET_SETTINGS. Secrets are read where they are used.",
)
def workspace_resource(context: dg.InitResourceContext) -> Workspace:
    """The settings, read when a run starts."""
    config: dict[str, Any] = context.resource_config
    workspace = settings.load(settings_path(), config["companies"])
    return replace(workspace, is_yearly_only=config["yearly_only"])
