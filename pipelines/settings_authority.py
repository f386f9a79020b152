"""`[authority]`: this workspace is an authority's, and who and where it is.

Belongs here: from its keys to the values the stages use. Does not: the keys
(`settings_models`), or the receiving service (`assets.authority.service`).
"""

from pathlib import Path

from assets.workspace import AuthoritySettings
from pipelines import settings_models as models
from warehouse.errors import SettingsError

_LAST_PORT = 65_535


def authority(path: Path, keys: models.AuthorityKeys | None, cvr: str) -> AuthoritySettings | None:
    """The values the stages use; None for a workspace that is no authority's. `cvr` is the
    number in `keys`, its check digit found right.

    Raises `SettingsError` for a port that leaves none for the service beside it.
    """
    if keys is None:
        return None
    if keys.port == _LAST_PORT:
        raise SettingsError(
            f"{path}: [authority] port is {_LAST_PORT}, the last there is, and the interface for "
            f"annual reports takes the port after it. Choose one up to {_LAST_PORT - 1}."
        )
    payroll = None if keys.payroll is None else path.parent / keys.payroll
    return AuthoritySettings(
        keys.port,
        keys.name,
        cvr,
        payroll,
        keys.reminder_days,
        keys.minimum_companies,
        keys.dominance_percent,
        None if keys.eu_purchases is None else path.parent / keys.eu_purchases,
        keys.since,
    )
