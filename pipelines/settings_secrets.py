"""Secrets in the settings: only ever referred to.

Belongs here: the reference. Does not: reading the secret (`assets.workspace`).
"""

from pathlib import Path

from assets.workspace import SecretReference
from pipelines import settings_models as models
from warehouse.errors import SettingsError


def secret(key: str, base: Path, value: models.SecretKeys) -> SecretReference:
    """A reference to a secret; exactly one of env and file.

    Raises `SettingsError` naming the key otherwise.
    """
    if (value.env is None) == (value.file is None):
        raise SettingsError(
            f'{key} must name one place: {{ env = "NAME" }} or {{ file = "path" }}. Correct it.'
        )
    file = None if value.file is None else base / value.file
    return SecretReference(key.split(": ", 1)[-1], value.env, file)
