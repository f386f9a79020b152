"""What a connection needs: from the command line, and the rest from a person.

Belongs here: the questions about options, and which company is meant. Does not: trying
the answers (`connecting`), or writing them (`connection_file`).
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from assets.sources.connector import Connector
from assets.workspace import Company, SecretReference, Workspace
from pipelines.commands import connection_file
from pipelines.commands.call import Call
from pipelines.settings import is_secret
from warehouse.errors import PermanentError, SettingsError

_FILES = ("path", "saft", "mapping", "trial_balance")
"""Options that name files, which a person gives as seen from where they stand."""


def is_asking(call: Call) -> bool:
    """Whether a person is there to be asked."""
    return sys.stdin.isatty() and not (call.out.is_json or call.out.is_quiet)


def given(
    connector: Connector, draft: connection_file.Draft, told: Sequence[str], secrets: Sequence[str]
) -> dict[str, Any]:
    """The options given with --set and --secret.

    Raises `SettingsError` for one the connector does not know, and for a secret in --set.
    """
    options: dict[str, Any] = {}
    for text in told:
        key, value = connection_file.pair(text, "--set")
        _known(connector, key)
        if holds_secret(connector, key):
            raise SettingsError(
                f"{key} is a secret: on the command line it would stay in the shell's history. "
                f"Give --secret {key}=env:NAME or {key}=file:PATH."
            )
        options[key] = connection_file.value(value)
    for text in secrets:
        key, place = connection_file.pair(text, "--secret")
        _known(connector, key)
        options[key] = draft.reference(key, place)
    return options


def missing(connector: Connector, options: Mapping[str, Any]) -> list[str]:
    """The required options that neither were given nor come of a consent."""
    consented = getattr(connector, "consent_option", "")
    return [
        key
        for key, (needed, _) in connector.options.items()
        if needed and key not in options and key != consented
    ]


def refuse_missing(connector: Connector, options: Mapping[str, Any]) -> None:
    """Raises `SettingsError` that names what a script has to give."""
    lacking = missing(connector, options)
    if lacking:
        told = "; ".join(f"{key}: {_meaning(connector, key)}" for key in lacking)
        raise SettingsError(
            f"{connector.title} needs more than was given ({told}). Add --set key=value, and for "
            "a secret --secret key=env:NAME or key=file:PATH."
        )


def ask(
    connector: Connector,
    draft: connection_file.Draft,
    options: Mapping[str, Any],
    before: Mapping[str, Any],
) -> dict[str, Any]:
    """`options` with what a person says of the rest; `before`: what they said the last time."""
    answered = dict(options)
    usual = [key for key in getattr(connector, "asked", ()) if key not in options]
    wanted = {*missing(connector, options), *usual}
    follows = getattr(connector, "follows", {})
    for key in (key for key in connector.options if key in wanted):
        if key in follows and follows[key] not in answered:
            continue
        if holds_secret(connector, key):
            is_needed = connector.options[key][0] or key in follows
            told = _secret(connector, key, draft, before.get(key), is_needed=is_needed)
            if told is not None:
                answered[key] = told
        else:
            value = _text(connector, key, before.get(key))
            if value:
                answered[key] = _seen_from(draft.base, key, connection_file.value(value))
    return answered


def company(call: Call, workspace: Workspace) -> Company:
    """The company asked for, the only one, or the one a person chooses."""
    companies = workspace.selected_companies()
    if not companies:
        raise SettingsError(
            f"{workspace.settings} names no company. Add a [[company]] with id, name and cvr."
        )
    if len(companies) == 1:
        return companies[0]
    if not is_asking(call):
        names = ", ".join(one.company_id for one in companies)
        raise SettingsError(f"Say which company with --company. Companies: {names}.")
    rows = [(one.company_id, f"{one.name}, {one.cvr}") for one in companies]
    return workspace.company(_choice(call, "Which company shall be connected?", rows))


def books(call: Call, there: Sequence[tuple[str, str]], option: str) -> str:
    """Which of the companies these credentials see; the only one unasked."""
    if not there:
        raise PermanentError(
            "These credentials see no company. Give the user or app one in the system."
        )
    if len(there) == 1:
        return there[0][0]
    if not is_asking(call):
        names = ", ".join(f"{value} ({label})" if label else value for value, label in there)
        raise SettingsError(
            f"These credentials see several companies: {names}. Say which with --set {option}=…"
        )
    return _choice(call, "These credentials see several companies. Which is meant?", there)


def holds_secret(connector: Connector, key: str) -> bool:
    """Whether an option is only ever referred to."""
    return is_secret(key) or connector.options[key][1].startswith("secret")


def _choice(call: Call, question: str, rows: Sequence[tuple[str, str]]) -> str:
    """One of `rows` (value, label), by its number in the list or its value."""
    call.out.say(question)
    for number, (value, label) in enumerate(rows, start=1):
        call.out.say(f"  {number}  {value}" + (f"  {label}" if label else ""), is_markup=False)
    values = [value for value, _ in rows]
    while True:
        told = str(typer.prompt("Its number", default="1")).strip()
        if told in values:
            return told
        if told.isdigit() and 1 <= int(told) <= len(values):
            return values[int(told) - 1]
        call.out.say(f"Write a number from 1 to {len(values)}.")


def _known(connector: Connector, key: str) -> None:
    if key not in connector.options:
        raise SettingsError(
            f"{connector.title} has no option {key}. Options: {', '.join(connector.options)}."
        )


def _meaning(connector: Connector, key: str) -> str:
    return connector.options[key][1].removeprefix("secret: ")


def _question(connector: Connector, key: str, hint: str = "") -> str:
    meaning = _meaning(connector, key)
    return f"  {meaning[0].upper()}{meaning[1:]}{hint}"


def _text(connector: Connector, key: str, before: Any) -> str:
    needed = connector.options[key][0]
    if before is not None:
        return str(typer.prompt(_question(connector, key), default=str(before))).strip()
    if needed:
        return str(typer.prompt(_question(connector, key))).strip()
    hint = " (Enter if not)"
    told = typer.prompt(_question(connector, key, hint), default="", show_default=False)
    return str(told).strip()


def _secret(
    connector: Connector, key: str, draft: connection_file.Draft, before: Any, *, is_needed: bool
) -> SecretReference | None:
    """A secret typed unseen and kept in a file, or a reference to where it is kept already; None
    where one that is not needed was not given.
    """
    has = isinstance(before, SecretReference)
    hint = " (typed unseen; Enter keeps the one given)" if has else " (typed unseen)"
    if not has and not is_needed:
        hint = " (typed unseen; Enter if not)"
    told = typer.prompt(
        _question(connector, key, hint), hide_input=True,
        default="" if has or not is_needed else None, show_default=False,
    ).strip()  # fmt: skip
    if not told:
        return before if isinstance(before, SecretReference) else None
    if told.startswith(("env:", "file:")):
        return draft.reference(key, told)
    return draft.kept(key, told)


def _seen_from(base: Path, key: str, value: Any) -> Any:
    """A file's name as seen from the settings, where a person wrote it from where they stand."""
    if key not in _FILES or not isinstance(value, str):
        return value
    here = Path(value).expanduser()
    if (base / value).exists() or not any(_there(here)):
        return value
    here = here.absolute()
    return here.relative_to(base).as_posix() if here.is_relative_to(base) else str(here)


def _there(path: Path) -> Iterator[Path]:
    if path.exists():
        yield path
