"""The page about the cross-report checks: words of ours, and the table of rules as it stands.

Belongs here: laying out. Does not: any rule (`rule.csv`), or the words
(`notes.md`).
"""

from collections.abc import Iterator

from assets.authority.cross.rules import FOLDER, Rule, figures, late_points, rules


def page() -> str:
    """The page as Markdown."""
    text = (FOLDER / "notes.md").read_text(encoding="utf-8")
    made = {"rules": [*_rules(), "", *_points()], "figures": _figures()}
    for name, lines in made.items():
        text = text.replace(f"<!-- {name} -->", "\n".join(lines))
    return text


def _rules() -> Iterator[str]:
    yield "| Rule | Compared | Limit | Points | Run | Source |"
    yield "|---|---|---|---|---|---|"
    for one in rules():
        yield (
            f"| `{one.rule}` | {one.title} | {one.limit} | {one.points} | {_when(one)} "
            f"| {one.source} |"
        )


def _when(rule: Rule) -> str:
    return f"where `{rule.needs}` is handed over" if rule.needs else "always"


def _points() -> Iterator[str]:
    said = ", ".join(f"{state} {points}" for state, points in late_points().items())
    yield f"Points of a report due, by its state (our own choice): {said}."


def _figures() -> Iterator[str]:
    compared = ", ".join(f"{one.words} (`{one.concept}`)" for one in figures() if one.is_compared)
    moved = ", ".join(
        f"{'less' if one.movement < 0 else 'plus'} {one.words} (`{one.concept}`)"
        for one in figures()
        if one.movement is not None
    )
    yield "## Concepts"
    yield ""
    yield f"Compared with last year's: {compared}."
    yield ""
    yield f"Movements of equity: {moved}."
