"""A new connection in `indberet.toml`, and its secrets in files of their own.

Belongs here: writing them so that a person can own them. Does not: what is asked
(`connecting`), or reading settings (`pipelines.settings`).
"""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assets.workspace import ConnectionReference, SecretReference
from pipelines import settings
from warehouse.errors import SettingsError
from warehouse.store import write_atomically


@dataclass
class Draft:
    """The secret files of a connection being made, taken back when it comes to nothing."""

    base: Path
    connection_id: str
    _before: dict[Path, bytes | None] = field(default_factory=dict)

    def kept(self, key: str, secret: str) -> SecretReference:
        """Write a secret where only this user can read it; a reference to it."""
        folder = self.base / "secrets"
        if not folder.exists():
            folder.mkdir(mode=0o700)
            (folder / ".gitignore").write_text("*\n")
        path = folder / f"{self.connection_id}.{key}"
        self._before.setdefault(path, path.read_bytes() if path.exists() else None)
        _write_private(path, f"{secret.strip()}\n".encode())
        return SecretReference(key, None, path)

    def reference(self, key: str, place: str) -> SecretReference:
        """A reference to a secret kept elsewhere: `env:NAME` or `file:PATH`.

        Raises `SettingsError` for anything else, since it may be the secret itself.
        """
        kind, _, name = place.partition(":")
        if kind == "env" and name:
            return SecretReference(key, name, None)
        if kind == "file" and name:
            return SecretReference(key, None, self.base / Path(name).expanduser())
        raise SettingsError(
            f"--secret {key} must say where the secret is: {key}=env:NAME or {key}=file:PATH. A "
            "secret on the command line would stay in the shell's history."
        )

    def undo(self) -> None:
        """Leave the secret files as they were."""
        for path, before in self._before.items():
            if before is None:
                path.unlink(missing_ok=True)
            else:
                _write_private(path, before)
        folder = self.base / "secrets"
        if folder.is_dir() and {path.name for path in folder.iterdir()} == {".gitignore"}:
            shutil.rmtree(folder)


def pair(text: str, option: str) -> tuple[str, str]:
    """A key and its value, from `key=value`."""
    key, mark, told = text.partition("=")
    if not mark or not key or not told:
        raise SettingsError(f"{option} takes key=value, not {text.partition('=')[0]!r} alone.")
    return key.strip(), told


def value(text: str) -> Any:
    """A value as settings hold it: a number, true or false, a list or table, else text.

    >>> value("200"), value("true"), value("DK 12"), value('{"a": "b"}')
    (200, True, 'DK 12', {'a': 'b'})
    """
    if text.isdigit() and not (len(text) > 1 and text[0] == "0"):
        return int(text)
    if text in {"true", "false"} or text[:1] in {"[", "{"}:
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def append(path: Path, reference: ConnectionReference) -> None:
    """Add the connection at the end of the settings; a person's own lines stay untouched.

    Raises `SettingsError` when the settings would not be valid with it; they are then as before.
    """
    before = path.read_bytes().decode()  # with the line ends it has
    lines = [
        "", "[[connection]]", f"id = {_toml(reference.connection_id)}",
        f"company = {_toml(reference.company_id)}", f"system = {_toml(reference.system)}",
        *(f"{key} = {_option(path.parent, told)}" for key, told in reference.options.items()),
    ]  # fmt: skip
    write_atomically(path, (before.rstrip() + "\n" + "\n".join(lines) + "\n").encode())
    try:
        settings.load(path)
    except SettingsError:
        write_atomically(path, before.encode())
        raise


def _option(base: Path, told: Any) -> str:
    if isinstance(told, SecretReference):
        if told.env is not None:
            return f"{{ env = {_toml(told.env)} }}"
        assert told.file is not None
        file = told.file.relative_to(base) if told.file.is_relative_to(base) else told.file
        return f"{{ file = {_toml(file.as_posix())} }}"
    return _toml(told)


def _toml(told: Any) -> str:
    """A value in TOML, whose basic strings are JSON's."""
    if isinstance(told, Mapping):
        inner = ", ".join(f"{_toml(str(key))} = {_toml(one)}" for key, one in told.items())
        return f"{{ {inner} }}"
    if isinstance(told, list):
        return f"[{', '.join(map(_toml, told))}]"
    return json.dumps(told, ensure_ascii=False)


def _write_private(path: Path, content: bytes) -> None:
    """Readable by this user only, from the first byte."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
