"""A rule set as a page people read: each rule with its severity, what it asks, and whence.

Belongs here: rendering, and what must be said of a rule set beside its rows (`notes.md` in
its folder). Does not: any rule.
"""

from xbrl.rules.catalogue import FOLDER, Rule, RuleSet


def page(rules: RuleSet) -> str:
    """The Markdown page of a rule set."""
    notes = (FOLDER / rules.id / "notes.md").read_text(encoding="utf-8")
    regimes = "\n".join(
        f"| `{regime.id}` | {regime.title} | `{regime.entry_point.replace('|', chr(92) + '|')}`"
        f"{' in filings of several targets' if regime.many else ''} |"
        for regime in rules.regimes
    )
    rows = "\n".join(_row(rule) for rule in rules.rules)
    codes = len({rule.code for rule in rules.rules})
    return (
        f"# Filing rules: {rules.authority}\n\n{notes}\n"
        f"## Which reports\n\n| Regime | Reports | Entry point |\n|---|---|---|\n{regimes}\n\n"
        f"## The rules\n\n{codes} codes in {len(rules.rules)} rows.\n\n"
        "| Code | Severity | Asks | Regimes | Source |\n|---|---|---|---|---|\n"
        f"{rows}\n"
    )


def _row(rule: Rule) -> str:
    regimes = ", ".join(rule.regimes)
    return f"| {rule.code} | {rule.severity} | {rule.asks} | {regimes} | {rule.source} |"
