"""Generate the pages of `docs/` that follow from the code: tables, errors, commands' codes.

    python -m pipelines.docs      (make docs)

Belongs here: rendering. Does not: any fact; those stand in `warehouse.tables`,
`assets.lineage` and the error corpus.
"""

import tomllib
from pathlib import Path

from assets import lineage
from assets.authority.cross import page as cross_page
from pipelines import docs_annual
from warehouse.shape import Table
from warehouse.tables import LANDED, TABLES
from warehouse.view import VIEWS, View
from xbrl.rules.catalogue import rule_set
from xbrl.rules.page import page

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "tests" / "errors" / "corpus"
_MADE = "<!-- Made by `make docs`; edit what it is made from. -->\n"

AREAS = {
    "settings": "Settings",
    "sources": "Sources",
    "nordic": "SIE with VAT codes; Fortnox, Visma eAccounting, Tripletex",
    "einvoice": "E-invoices",
    "plaintext": "GnuCash, Beancount and hledger",
    "bank": "Bank statements and bank accounts",
    "xero": "Xero",
    "economic": "e-conomic",
    "dinero": "Dinero",
    "business_central": "Business Central",
    "billy": "Billy",
    "doctor": "The doctor and replay",
    "rules": "Checks of the books",
    "deliveries": "Filing and delivery",
    "annual": "The input to an annual report",
    "annual_document": "The annual report on the page",
    "exports": "Books for others, and sums of annual reports",
    "cross": "Cross-report checks",
    "publishing": "Reminders and published statistics",
    "sql": "Questions in SQL",
    "skat": "Delivery to the tax agency",
    "erst": "Delivery of annual reports",
    "desk": "The desk's pages",
    "authority": "An authority's register, mandates and desk",
}


def pages() -> dict[Path, str]:
    """Every generated page and its content."""
    docs = ROOT / "docs"
    return {
        docs / "data-dictionary.md": data_dictionary(),
        docs / "errors.md": errors(),
        docs / "annual-input.md": _MADE + docs_annual.page(),
        docs / "danish-filing-rules.md": _MADE + page(rule_set("dba")),
        docs / "authorities" / "cross-checks.md": _MADE + cross_page.page(),
        docs / "danish-sums.md": _MADE + page(rule_set("dk_sums")),
    }


def data_dictionary() -> str:
    """Every table: grain, key, columns, where each column comes from."""
    published = "\n".join(_table(table, is_landed=False) for table in TABLES.values())
    views = "\n".join(_view(view) for view in VIEWS.values())
    landed = "\n".join(_table(table, is_landed=True) for table in LANDED.values())
    return (
        f"# Data dictionary\n\n{_MADE}\n"
        "Money is exact (DECIMAL), in the company's base currency unless the column says "
        "otherwise; debit is positive. `warehouse.duckdb` in the storage folder holds a view per "
        "published table, readable with any DuckDB client; these words are its comments.\n\n"
        f"## Published tables\n\n{published}\n"
        f"## Views\n\n{views}\n"
        "## Landed streams\n\nWhat connectors hand over, kept under `landed/` with load id and "
        f"raw bytes.\n\n{landed}"
    )


def _view(view: View) -> str:
    rows = [f"| {name} | {meaning} |" for name, meaning in view.columns.items()]
    head = "| column | meaning |\n|---|---|"
    return f"### {view.name}\n\n{view.meaning}\n\n{head}\n" + "\n".join(rows) + "\n"


def _table(table: Table, *, is_landed: bool) -> str:
    known = {} if is_landed else lineage.columns(table.name)
    key = f" Key: {', '.join(table.key)}." if table.key else ""
    heading = f"### {table.name}\n\nOne row is {table.grain}.{key}"
    source = f" Source: {table.source}." if table.source else ""
    rows = [
        f"| {c.name} | {c.type} | {'yes' if c.required else ''} | {c.meaning} "
        f"| {', '.join(known.get(c.name, ()))} |"
        for c in table.columns
    ]
    head = "| column | type | required | meaning | comes from |\n|---|---|---|---|---|"
    return f"{heading}{source}\n\n{head}\n" + "\n".join(rows) + "\n"


def errors() -> str:
    """Every message a person can meet, when it comes and what to do."""
    sections = [_section(path) for path in sorted(CORPUS.glob("*.toml"), key=_order)]
    return (
        f"# Errors and findings\n\n{_MADE}\n"
        "Every message there is, with what led to it and what to do. Parts in braces vary. Each "
        "is produced by a test that compares it to the letter.\n\n"
        "A command that fails exits with 1 when a retry gives the same answer, 75 when time may "
        "heal it, 3 when it did its work but a company is withheld or failed or a source holds an "
        "error, 2 when it was "
        "called wrongly.\n\n" + "\n".join(sections)
    )


def _order(path: Path) -> tuple[int, str]:
    names = list(AREAS)
    return (names.index(path.stem) if path.stem in names else len(names), path.stem)


def _section(path: Path) -> str:
    cases = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    title = AREAS.get(path.stem, path.stem.replace("_", " ").capitalize())
    entries = [
        f"### {case['id']}\n\n{case['when']}\n\n> {_quoted(case['message'])}\n\n"
        f"**What to do.** {case['remedy']}\n"
        for case in cases
    ]
    return f"## {title}\n\n" + "\n".join(entries)


def _quoted(message: str) -> str:
    """A message as a quotation; `{{` was an escape for the template."""
    text = message.strip().replace("{{", "{").replace("}}", "}")
    return text.replace("<", "&lt;").replace("\n", "\n> ")


def main() -> None:
    """Write the pages."""
    for path, content in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
