"""Why an annual report stays a draft though nothing wrong was found: what is not here.

Belongs here: those findings, in words that say what to do. Does not: deciding (`proof`).
"""

import csv
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from quality.finding import Finding, Severity

PAGE = (
    "https://erhvervsstyrelsen.dk/"
    "vejledning-teknisk-vejledning-og-dokumentation-regnskab-20-taksonomier-aktuelle"
)
"""Where the authority publishes its taxonomies."""


def no_taxonomy(addresses: Sequence[str], company_id: str) -> Finding:
    """The taxonomy a report names is not installed."""
    named = addresses[0] if addresses else "none"
    dated = re.search(r"/(\d{8})/", named)
    file = _packages().get(dated[1], "FILE.zip") if dated else "FILE.zip"
    return _draft(
        "proof.no-taxonomy",
        company_id,
        named,
        f"The taxonomy {named} is not installed, so the report was not judged by it.",
        f"Get its package {f'({file}) ' if file != 'FILE.zip' else ''}from the Danish Business "
        f"Authority, {PAGE}, run `indberet taxonomy add {file}`, and build the filing again.",
    )


def no_regime(addresses: Sequence[str], company_id: str) -> Finding:
    """No filing rules are known for the entry point."""
    named = ", ".join(addresses) or "none"
    return _draft(
        "proof.no-rules",
        company_id,
        named,
        f"No filing rules are known for reports of {named}.",
        "Choose another form of statement, or get a version of Indberet that knows them.",
    )


def no_arelle(company_id: str) -> Finding:
    """The second processor is not installed."""
    return _draft(
        "proof.no-second-processor",
        company_id,
        "Arelle",
        "Our own rules find no error, but Arelle, which has to agree before an annual report is "
        "delivered, is not installed.",
        "Run `make install`, or `pip install 'indberet[proof]'` where it was installed by pip, and "
        "build the filing again.",
    )


def unfinished(company_id: str, reason: str) -> Finding:
    """A judge failed."""
    return _draft("proof.unfinished", company_id, "Arelle", reason, "")


def _draft(rule: str, company_id: str, where: str, message: str, remedy: str) -> Finding:
    return Finding(rule, Severity.ERROR, company_id, where, message, remedy)


@cache
def _packages() -> dict[str, str]:
    text = (files(__package__) / "taxonomy_packages.csv").read_text(encoding="utf-8")
    return {row["taxonomy"]: row["package"] for row in csv.DictReader(text.splitlines())}
