"""The reviewable input file of one company and fiscal year, read and checked key by key.

Everything wrong in it is told at once, by key. What answers must agree on with
each other and with the figures is judged in `checks`; writing the file in
`input_writing`.

Belongs here: from TOML to typed answers. Does not: any figure.
"""

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from assets.reports.annual import catalogue, kinds
from assets.workspace import Workspace
from quality.finding import Finding, Severity

TABLES: Mapping[str, Mapping[str, tuple[str, bool]]] = {
    "adjustment": {"text": ("text", True), "lines": ("lines", True)},
    "restatement": {
        "field": ("field", True),
        "amount": ("money", True),
        "reason": ("paragraphs", True),
    },
    "bookkeeping_system": {
        "registered": ("yes_no", True),
        "name": ("text", True),
        "from": ("date", True),
        "to": ("date", True),
        "provider": ("text", False),
        "provider_cvr": ("cvr", False),
        "provider_foreign_number": ("text", False),
        "registration_number": ("fob", False),
        "kind": ("system_kind", False),
        "backup": ("yes_no", False),
        "backup_name": ("text", False),
        "backup_cvr": ("cvr", False),
        "backup_foreign_number": ("text", False),
        "backup_country": ("country", False),
    },
}
"""The repeated tables: their keys, the kind of each, and whether it must be there."""

SYSTEM_KINDS = (
    "Registreret standard bogføringssystem i kombination med andre systemer",
    "Kombination af 3. parts systemer",
    "Legacy system (evt. i kombination med 3. parts systemer)",
    "Open source system (evt. i kombination med 3. parts systemer)",
    "Eget udviklet bogføringssystem (evt. i kombination med 3. parts systemer)",
    "Øvrigt",
)
"""Kinds of systems not registered. Source: cmn:TypeOfNonregisteredBookkeepingSystemItemtype."""


@dataclass(slots=True)
class InputFile:
    """What a person answered. `shown`: the file as messages name it.

    `values`: answered keys only, by `section.key`; `tables`: the repeated tables, each a list
    of answered keys. `findings`: what is wrong. `is_read`: there is a file that can be read.
    """

    company_id: str
    shown: str
    is_read: bool = True
    values: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def source(self, key: str) -> str:
        """Where an answer stands, as report lines and texts keep it."""
        return f"{self.shown}: {key}"

    def is_wrong(self, key: str) -> bool:
        """Whether something has been told about `key` already."""
        return any(one.where == self.source(key) for one in self.findings)

    def tell(
        self, key: str, message: str, remedy: str, severity: Severity = Severity.ERROR
    ) -> None:
        """Add a finding about `key`."""
        where = self.source(key) if key else self.shown
        self.findings.append(
            Finding("annual-report-input", severity, self.company_id, where, message, remedy)
        )


def path_of(workspace: Workspace, company_id: str, period_end: date) -> Path:
    """Where the input file of that fiscal year is."""
    return workspace.annual_folder / company_id / f"{period_end}.toml"


def shown_path(workspace: Workspace, path: Path) -> str:
    """`path` as people see it: from the settings' folder."""
    base = workspace.settings.parent
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else str(path)


def read(workspace: Workspace, company_id: str, period_end: date) -> InputFile:
    """The input file, checked key by key; a missing one is a finding too."""
    path = path_of(workspace, company_id, period_end)
    found = InputFile(company_id, shown_path(workspace, path))
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        found.is_read = False
        found.tell(
            "",
            "There is no input file for the annual report.",
            f"Run `indberet annual prepare --company {company_id} {period_end:%Y-%m}` to make it.",
        )
        return found
    except (OSError, UnicodeDecodeError) as error:
        found.is_read = False
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        found.tell("", f"The file cannot be read: {reason}.", "Correct that and run it again.")
        return found
    return parse(text, found)


def parse(text: str, found: InputFile) -> InputFile:
    """`found` filled from the text of the file."""
    try:
        raw = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        found.is_read = False
        found.tell("", f"The file is not valid TOML: {error}.", "Correct that line.")
        return found
    for key, value in _flat(raw):
        if key in TABLES:
            _read_table(found, key, value)
        elif (kind := kind_of(key)) is None:
            _unknown(found, key)
        elif not kinds.is_empty(value):
            _keep(found, found.values, key, key, kind, value)
    return found


def kind_of(key: str) -> str | None:
    """What may stand behind a key; None where there is no such key.

    >>> kind_of("policies.useful_life.plant"), kind_of("policies.useful_life.moon")
    ('years', None)
    """
    if key in catalogue.asked():
        return catalogue.asked()[key].kind
    table, _, name = key.rpartition(".")
    if table == "policies.own" and name in {one.policy_id for one in catalogue.policies()}:
        return "paragraphs"
    if name in {one.class_id for one in catalogue.asset_classes()}:
        return _BY_CLASS.get(table)
    return None


_BY_CLASS = {
    "policies.useful_life": "years",
    "policies.residual_value": "text",
    "depreciation": "money",
}


def _flat(raw: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Keys with their sections in front; tables of tables one by one."""
    for name, value in raw.items():
        if isinstance(value, dict) and (above or name not in TABLES):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _keep(
    found: InputFile, into: dict[str, Any], name: str, key: str, kind: str, value: Any
) -> None:
    """The value under `name`, or a finding about `key`."""
    read_value = _read_line_kind(kind, value)
    if isinstance(read_value, kinds.Wrong):
        found.tell(key, f"This must be {read_value.expected}; found {_seen(value)}.", "Correct it.")
    else:
        into[name] = read_value


def _read_line_kind(kind: str, value: Any) -> Any:
    """The kinds that only stand in repeated tables, and all others."""
    if kind == "lines":
        return _lines(value)
    if kind == "field":
        return (
            value
            if isinstance(value, str) and value.startswith("fsa:")
            else kinds.Wrong('an element of the taxonomy, as in "fsa:Revenue"')
        )
    if kind == "system_kind":
        is_one = value in SYSTEM_KINDS
        return value if is_one else kinds.Wrong("one of: " + "; ".join(SYSTEM_KINDS))
    return kinds.read(kind, value)


def _lines(value: Any) -> Any:
    """The lines of an adjustment: (standard account, amount with debit positive)."""
    wrong = kinds.Wrong('a list of lines, each as { account = "3740", amount = 125000 }')
    if not isinstance(value, list) or not value:
        return wrong
    lines = []
    for row in value:
        if not isinstance(row, dict) or row.keys() != {"account", "amount"}:
            return wrong
        account = kinds.read("account", row["account"])
        amount = kinds.read("money", row["amount"])
        for one in (account, amount):
            if isinstance(one, kinds.Wrong):
                return one
        lines.append((account, amount))
    return lines


def _read_table(found: InputFile, name: str, rows: Any) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        found.tell(name, f"This must be tables, each headed [[{name}]].", "Correct the heading.")
        return
    columns = TABLES[name]
    for number, row in enumerate(rows, start=1):
        place = f"[[{name}]] {number}"
        read_row: dict[str, Any] = {}
        for key, value in row.items():
            if key not in columns:
                _unknown(found, f"{place} {key}", [f"{place} {column}" for column in columns])
            elif not kinds.is_empty(value):
                _keep(found, read_row, key, f"{place} {key}", columns[key][0], value)
        for key, (_, is_needed) in columns.items():
            if is_needed and kinds.is_empty(row.get(key)):
                found.tell(f"{place} {key}", "This is not answered.", "Write it.")
        found.tables.setdefault(name, []).append(read_row)


def _unknown(found: InputFile, key: str, valid: list[str] | None = None) -> None:
    names = valid or [*catalogue.asked(), *_dynamic()]
    near = difflib.get_close_matches(key, names, n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    found.tell(
        key, "There is no such key.", f"{hint}Correct or remove it; nothing is read from it."
    )


def _dynamic() -> list[str]:
    by_class = [
        f"{table}.{one.class_id}" for table in _BY_CLASS for one in catalogue.asset_classes()
    ]
    return by_class + [f"policies.own.{one.policy_id}" for one in catalogue.policies()]


def _seen(value: Any) -> str:
    """A value as it was written, shortened."""
    if isinstance(value, list | dict):
        return "something else"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"
