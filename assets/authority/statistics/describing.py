"""What the published files say of themselves, to people and to programs.

Belongs here: README, data dictionary, Data Package. Does not: the rows (`open_data`).

Source: Frictionless Data Package and Table Schema, version 1.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from assets.authority.statistics import measures
from assets.authority.statistics.sensitive import Limits

_FIELDS = (
    ("measure", "string", "what is counted or added up; see measure.csv"),
    ("year", "integer", "the year in which the fiscal year, or the period, ends"),
    ("industry", "string", "DB25 section (A-V; see section.csv), unknown, or all"),
    ("size", "string", "employees: 0, 1-9, 10-49, 50-249, 250+; unknown, or all"),
    ("region", "string", "NUTS 2 region (DK01-DK05; see municipality.csv), unknown, or all"),
    ("companies", "integer", "companies the value is of; empty where it is kept back"),
    ("value", "number", "the measure; empty where it is kept back, or a ratio has no denominator"),
    ("unit", "string", "DKK, companies, employees, reports, or 1 for a ratio"),
    ("status", "string", "c: kept back (confidential); else empty"),
)
_KEY = ["measure", "year", "industry", "size", "region"]
_CODES = {
    "measure.csv": "what each measure is, and which are published together",
    "section.csv": "sections of DB25 by their divisions, the first two digits of an industry code",
    "municipality.csv": "region of each municipality",
}
_SUMMARY = "What Danish companies filed, by industry, size, region and year: sums, counts, shares."

_README = measures.FOLDER / "published_readme.md"


def readme(limits: Limits) -> str:
    """Method and suppression, for people."""
    return _README.read_text(encoding="utf-8").format(
        summary=_SUMMARY,
        minimum=limits.minimum,
        percent=limits.percent,
        median=measures.MEDIAN_OF,
    )


def dictionary() -> str:
    """Columns and measures, for people."""
    columns = "\n".join(f"| {name} | {kind} | {meaning} |" for name, kind, meaning in _FIELDS)
    rows = "\n".join(
        f"| {one.measure} | {one.unit} | {one.group} | {_how(one)} |" for one in measures.measures()
    )
    return (
        "# Data dictionary\n\n## Columns of `statistic`\n\nOne row is one cell. Key: "
        f"{', '.join(_KEY)}.\n\n| column | type | meaning |\n|---|---|---|\n{columns}\n\n"
        "## Measures\n\nThose of one group are published for the same cells.\n\n"
        f"| measure | unit | group | meaning |\n|---|---|---|---|\n{rows}\n"
    )


def resources(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """The tables among `files` as a package lists them."""
    found: list[dict[str, Any]] = []
    for name, content in files.items():
        if name.endswith(".md"):
            continue
        stem, kind = name.split(".")
        shared = {
            "name": stem if kind == "csv" else f"{stem}-{kind}",
            "path": name,
            "description": _CODES.get(name, _SUMMARY),
            "format": kind,
            "mediatype": "text/csv" if kind == "csv" else "application/vnd.apache.parquet",
            "bytes": len(content),
            "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        }
        found.append(shared | _shape(name, content))
    return found


def package(found: list[dict[str, Any]], limits: Limits) -> dict[str, Any]:
    """The Data Package. `disclosure_control` is an extension of ours."""
    return {
        "profile": "data-package",
        "name": "business-statistics",
        "title": "Business statistics from what companies file",
        "description": _SUMMARY,
        "disclosure_control": {
            "minimum_companies": limits.minimum,
            "p_percent": limits.percent,
            "minimum_companies_of_a_median": measures.MEDIAN_OF,
        },
        "resources": found,
    }


def _shape(name: str, content: bytes) -> dict[str, Any]:
    """The Table Schema of a resource: of our table as declared, of a code list by its header."""
    if name.endswith(".parquet"):
        return {"schema": _schema()}
    if name in _CODES:
        header = content.decode().split("\n", 1)[0].split(",")
        fields = [{"name": one, "type": "string"} for one in header]
        schema = {"fields": fields, "primaryKey": [header[0]]}
    else:
        schema = _schema()
    return {"profile": "tabular-data-resource", "encoding": "utf-8", "schema": schema}


def _schema() -> dict[str, Any]:
    fields = [
        {"name": name, "type": kind, "description": meaning} for name, kind, meaning in _FIELDS
    ]
    return {"fields": fields, "primaryKey": _KEY, "missingValues": [""]}


def _how(one: measures.Measure) -> str:
    if one.how == measures.RATIO:
        return f"{one.meaning} ({one.numerator} / {one.denominator})"
    return one.meaning
