"""The page about the input file of annual reports, made from the tables that define it.

Belongs here: laying out keys. Does not: what they mean (`assets.reports.annual.catalogue`).
"""

from collections.abc import Iterator

from assets.reports.annual import catalogue, input_file, prefill

_WHEN = {
    "": "",
    "always": "always",
    "statement": "unless the statement is left out",
    "assisted": "with an auditor",
    "assured": "with assurance",
    "opinion": "with audit, extended review or review",
    "class_c": "class C",
    "class_c_compared": "class C but in the first year",
    "class_c_prepayments": "class C with prepayments",
    "class_c_deferred_income": "class C with deferred income",
    "class_c_provisions": "class C with provisions",
    "class_c_deferred_tax": "class C with deferred tax",
    "class_c_investments": "class C with shares in other enterprises",
    "employees": "unless exempt (§ 22 b)",
    "employees_previous": "when there was a year before",
    "long_debt": "with long-term debt",
    "management_loans": "with receivables from management",
    "goodwill": "with goodwill",
    "tax": "when tax is derived and not booked",
}
_BY_NAME = (
    ("policies.own.<policy>", "paragraphs", "Your own words for a policy, in place of ours."),
    ("policies.useful_life.<class>", "years", "Years a class of assets is used (§ 53)."),
    ("policies.residual_value.<class>", "text", "What it is worth then; 0 kr. when not said."),
    ("depreciation.<class>", "money", "The year's depreciation, where none is booked."),
)


def page() -> str:
    """The page as Markdown."""
    return "\n".join([*_head(), *_sections(), *_names(), *_tables()]) + "\n"


def _head() -> Iterator[str]:
    yield "# The input file of an annual report, key by key"
    yield ""
    yield "How it is written, filled in and written again: [how to](how-to/annual-report.md). "
    yield "*Element* is what the answer becomes in the report."


def _sections() -> Iterator[str]:
    elements: dict[str, list[str]] = {}
    for one in catalogue.texts():
        if one.key:
            elements.setdefault(one.key, []).append(f"`{one.field}`")
    for section, about in prefill.SECTIONS.items():
        keys = [key for key in catalogue.asked().values() if key.section == section]
        if not keys:
            continue
        yield from ("", f"## {section}", "", about, "")
        yield "| Key | What | Must be answered | Law and rules | Element |"
        yield "|---|---|---|---|---|"
        for key in keys:
            what = " ".join(
                filter(None, [f"{key.label.rstrip('.')}." if key.label else "", key.help])
            )
            shown = elements.get(key.key, [])
            more = f" and {len(shown) - 1} by assistance" if len(shown) > 1 else ""
            element = (shown[0] + more) if shown else ""
            cells = (f"`{key.name}`", what, _WHEN[key.required], key.law, element)
            yield "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _names() -> Iterator[str]:
    yield from ("", "## By asset class or policy", "", "| Key | What |", "|---|---|")
    for key, _, what in _BY_NAME:
        yield f"| `{key}` | {what} |"
    classes = ", ".join(f"`{one.class_id}`" for one in catalogue.asset_classes())
    policies = ", ".join(f"`{one.policy_id}`" for one in catalogue.policies())
    yield from ("", f"Classes: {classes}.", "", f"Policies: {policies}.")


def _tables() -> Iterator[str]:
    yield from ("", "## Repeated tables", "")
    for name, columns in input_file.TABLES.items():
        keys = ", ".join(f"`{key}`{'' if needed else '?'}" for key, (_, needed) in columns.items())
        yield f"- `[[{name}]]`: {keys}"
    yield from ("", "Keys with a question mark may be left out.")
