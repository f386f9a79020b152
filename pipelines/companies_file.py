"""Tables a person hands over: many clients in one file, and mapping rows.

A bookkeeper with 400 clients keeps them in a spreadsheet: one row a company,
columns named as the keys of `[[company]]`; columns `annual_report.<key>` describe its
annual report, columns `connection.<key>` its connection, and `connection.<key>.env` or
`.file` refers to a secret.

Belongs here: reading such files exactly as text. Does not: validating companies.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.errors import SettingsError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Client:
    """One row: the company's keys, its connection's keys, and where the row stands."""

    company: dict[str, Any]
    connection: dict[str, Any]
    where: str


@dataclass(frozen=True, slots=True)
class MappingRow:
    """One row of a mapping file; `kind` is account or vat_code."""

    kind: str
    code: str
    standard_code: str
    part: str | None


def read(path: Path) -> list[Client]:
    """The clients in a CSV or Excel file.

    Raises `SettingsError` when it cannot be read or lacks the columns id and name.
    """
    frame = _frame(path, "companies_file", {"id", "name"})
    return [
        _client({str(key): value for key, value in row.items() if value}, f"{path}:{number}")
        for number, row in enumerate(frame.to_dict("records"), start=2)
    ]


def mapping(path: Path) -> list[MappingRow]:
    """The rows of a mapping file: columns kind, code, standard_code and optionally part."""
    frame = _frame(path, "mapping_file", {"kind", "code", "standard_code"})
    return [
        MappingRow(row["kind"], row["code"], row["standard_code"], row.get("part") or None)
        for row in frame.to_dict("records")
    ]


def _frame(path: Path, key: str, required: set[str]) -> "pd.DataFrame":
    """Every cell as the text it was written as; `007` stays `007`, empty stays empty."""
    import pandas as pd  # noqa: PLC0415  (half a second; only for workspaces that use it)

    try:
        if path.suffix.lower() in {".xlsx", ".xlsm"}:
            frame = pd.read_excel(path, dtype=str, keep_default_na=False, na_filter=False)
        else:
            frame = pd.read_csv(path, dtype=str, keep_default_na=False, na_filter=False)
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"{key} {path} cannot be read ({error}). Save it as CSV (UTF-8, commas) or .xlsx."
        ) from None
    missing = sorted(required - set(frame.columns))
    if missing:
        raise SettingsError(
            f"{key} {path} has no column {', '.join(missing)}. Its first row must name the "
            f"columns; found: {', '.join(map(str, frame.columns))}."
        )
    return frame


def _client(row: dict[str, str], where: str) -> Client:
    company: dict[str, Any] = {key: value for key, value in row.items() if "." not in key}
    connection: dict[str, Any] = {}
    for key, value in row.items():
        match key.split(".", 2):
            case ["annual_report", name]:
                company.setdefault("annual_report", {})[name] = _annual_value(name, value)
            case ["connection", name]:
                connection[name] = value
            case ["connection", name, ("env" | "file") as place]:
                connection[name] = {place: value}
            case [_, _, *_]:
                company[key] = value
    if connection:
        connection.setdefault("id", f"{company.get('id')}-books")
        connection["company"] = company.get("id")
    return Client(company, connection, where)


def _annual_value(name: str, text: str) -> Any:
    """A cell as the settings would hold it; one that cannot be read stays text, to be refused."""
    if name == "odd_years":
        return [_span(part.strip()) for part in text.split(";") if part.strip()]
    if name == "management_members" and text.isdecimal():
        return int(text)
    if text.lower() in {"true", "false"}:
        return text.lower() == "true"
    return _day(text)


def _span(text: str) -> Any:
    """A year as ISO 8601 writes it, `2024-07-01/2025-12-31`."""
    start, slash, end = text.partition("/")
    return {"from": _day(start), "to": _day(end)} if slash else text


def _day(text: str) -> Any:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return text
