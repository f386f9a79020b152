"""Going through suggested mappings with a person: the sure ones at once, the rest one by one.

Belongs here: showing and choosing. Does not: suggesting (`pipelines.suggest`), or
writing what was chosen (`mapping_file`).
"""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import replace

import typer

from pipelines.output import Output
from pipelines.suggest import Suggestion
from warehouse import standards

_SHOWN_WHOLE = 15
"""Sure suggestions shown unasked; more are counted."""
_HITS = 6
_WHAT = {"account": "accounts", "vat_code": "VAT codes"}
_WAYS = {True: "sales", False: "purchases"}
_HELP = (
    "Enter takes the suggestion. Another standard code takes that one, a word looks for it. "
    "[bold]-[/] skips, [bold]--[/] skips the rest of these, [bold]all[/] takes every suggestion "
    "left of these, [bold]q[/] stops here and keeps what was chosen."
)


class _StopError(Exception):
    """The person has had enough; what was chosen is kept."""


def show(out: Output, found: Sequence[Suggestion], *, is_short: bool) -> None:
    """The suggestions as tables, by company and kind. `is_short`: certain accounts, when they
    are many, are counted.
    """
    many = sum(one.is_sure for one in found) > _SHOWN_WHOLE
    for title, rows in _tables(found):
        shown = [r for r in rows if not (is_short and many and _is_counted(r))]
        _table(out, title, shown)
        if len(shown) < len(rows):
            count = len(rows) - len(shown)
            what = "one account" if count == 1 else f"{count} accounts"
            out.say(f"… and {what} with the standard's own number and name.")


def through(
    out: Output, found: Sequence[Suggestion], bare: Sequence[Suggestion]
) -> list[Suggestion]:
    """What a person chooses, company by company; `bare` are those nothing is suggested for."""
    chosen: list[Suggestion] = []
    for company_id in dict.fromkeys(one.company_id for one in [*found, *bare]):
        ours = [one for one in found if one.company_id == company_id]
        left = [one for one in bare if one.company_id == company_id]
        if len({one.company_id for one in [*found, *bare]}) > 1:
            out.say(f"\n[bold]{company_id}[/]")
        try:
            _company(out, ours, left, chosen)
        except _StopError:
            break
    return chosen


def near(kind: str, told: str) -> list[tuple[str, str]]:
    """Standard codes (code, name) close to what was typed: by its words, else by its digits.

    >>> near("account", "husleje")[0], near("vat_code", "S1")[0][0]
    (('2030', 'Husleje'), 'S01')
    """
    names, words = _standard(kind), told.lower().split()
    current = [code for code in names if not _is_alias(kind, code)]
    hits = [code for code in current if all(w in _searched(kind, code) for w in words)]
    if not hits:
        alike = difflib.get_close_matches(told.upper(), current, n=_HITS, cutoff=0.5)
        hits = [code for code in alike if code[0] == told[:1].upper()]
    return [(code, names[code]) for code in hits[:_HITS]]


def _company(
    out: Output, found: list[Suggestion], bare: list[Suggestion], chosen: list[Suggestion]
) -> None:
    sure = [one for one in found if one.is_sure]
    rest = [one for one in found if not one.is_sure]
    if sure and not _takes_all(out, sure):
        rest = sorted(found, key=lambda one: one.is_sure)
    elif sure:
        chosen += sure
    groups = [(title, rows) for title, rows in _groups(rest, bare) if rows]
    if groups:
        out.say(f"\n{sum(len(rows) for _, rows in groups)} to look at. {_HELP}")
    for title, rows in groups:
        _group(out, title, rows, chosen)


def _takes_all(out: Output, sure: list[Suggestion]) -> bool:
    """Whether the person takes all the sure ones; they are shown when few or when asked for."""
    counts = [(kind, sum(one.kind == kind for one in sure)) for kind in ("vat_code", "account")]
    told = " and ".join(_counted(n, kind) for kind, n in counts if n)
    if len(sure) <= _SHOWN_WHOLE:
        show(out, sure, is_short=False)
    else:
        out.say(f"\n{told} are sure: number and name, or every word that tells them apart, agree.")
    while True:
        answer = typer.prompt(f"Take {told}? (yes, no: one by one, show)", default="yes")
        match str(answer).strip().lower()[:1]:
            case "y" | "j":
                return True
            case "n":
                return False
            case "s":
                show(out, sure, is_short=False)
            case _:
                out.say("Write yes, no or show.")


def _groups(
    rest: Iterable[Suggestion], bare: Sequence[Suggestion]
) -> list[tuple[str, list[Suggestion]]]:
    """What is left to look at, that which counts most for the VAT return first."""
    found = list(rest)
    accounts = standards.accounts()

    def of(*kinds: str) -> list[Suggestion]:
        return [
            one
            for one in found
            if one.kind == "account" and accounts[one.standard_code].kind in kinds
        ]

    return [
        ("VAT codes", [one for one in found if one.kind == "vat_code"]),
        ("VAT codes without a suggestion", [one for one in bare if one.kind == "vat_code"]),
        ("Accounts of income and costs", of("revenue", "expense")),
        ("Accounts of the balance sheet", of("asset", "equity", "liability")),
        ("Accounts without a suggestion", [one for one in bare if one.kind == "account"]),
    ]


def _group(out: Output, title: str, rows: list[Suggestion], chosen: list[Suggestion]) -> None:
    out.say(f"\n[bold]{title}[/] ({len(rows)})")
    takes_rest = False
    for number, one in enumerate(rows, start=1):
        if takes_rest:
            chosen += [one] * bool(one.standard_code)
            continue
        out.say(f"{number}/{len(rows)}  {_own(one)}", is_markup=False)
        if one.standard_code:
            part = f", {one.part} leg" if one.part else ""
            out.say(
                f"     {one.standard_code} {one.standard_name}{part} – {one.confidence:.0%}: "
                f"{_why(one)}",
                is_markup=False,
            )
        answer = _answer(out, one)
        if answer == "--":
            return
        takes_rest = answer == "all"
        taken = one if answer == "all" else answer
        if isinstance(taken, Suggestion) and taken.standard_code:
            chosen.append(taken)


def _answer(out: Output, one: Suggestion) -> Suggestion | str:
    """The row a person means, "-", "--" or "all". Raises `_StopError` for q."""
    while True:
        told = typer.prompt(
            "    ", default=one.standard_code or "-", prompt_suffix=" > ", show_default=True
        )
        told = str(told).strip()
        match told.lower():
            case "q":
                raise _StopError
            case "-" | "--" | "all" as word:
                return word
        if told == one.standard_code:
            return one
        code = told.upper()
        name = _standard(one.kind).get(code)
        if name is not None:
            if _is_way_round(one, code) and not typer.confirm(
                f"     {code} is for {_WAYS[_is_sale(code)]}, {one.standard_code} for "
                f"{_WAYS[not _is_sale(code)]}. Take it all the same?",
                default=False,
            ):
                continue
            return _instead(one, code, name)
        hits = near(one.kind, told)
        if not hits:
            out.say(f"     No standard code is or says {told!r}.", is_markup=False)
        for hit, named in hits:
            out.say(f"     {hit}  {named}", is_markup=False)


def _instead(one: Suggestion, code: str, name: str) -> Suggestion:
    """Another standard code, chosen by a person; a leg stays one where the code has two."""
    part = one.part if one.kind == "vat_code" and _has_legs(code) else ""
    return replace(
        one, standard_code=code, standard_name=name, part=part, confidence=1.0, reason="chosen"
    )


def _is_way_round(one: Suggestion, code: str) -> bool:
    """Whether a sale would become a purchase, or the other way round."""
    is_vat = one.kind == "vat_code" and bool(one.standard_code)
    return is_vat and _is_sale(code) != _is_sale(one.standard_code)


def _is_sale(code: str) -> bool:
    return standards.vat_codes()[code].is_sale


def _has_legs(code: str) -> bool:
    return standards.vat_codes()[code].treatment == "reverse_charge"


def _standard(kind: str) -> dict[str, str]:
    """What may be mapped to, code → name. Sums of the chart are no target."""
    if kind == "vat_code":
        return {code: one.name_en for code, one in standards.vat_codes().items()}
    return {a.account_code: a.name_da for a in standards.accounts().values() if a.kind != "total"}


def _is_alias(kind: str, code: str) -> bool:
    return kind == "vat_code" and bool(standards.vat_codes()[code].alias_of)


def _searched(kind: str, code: str) -> str:
    """A standard code's names in the languages there are."""
    if kind == "vat_code":
        one = standards.vat_codes()[code]
        return f"{one.name_en} {one.name_da}".lower()
    return standards.accounts()[code].name_da.lower()


def _own(one: Suggestion) -> str:
    """A person's own code with its name, once where they are the same."""
    return one.code if one.code == one.name else f"{one.code} {one.name}"


def _tables(found: Sequence[Suggestion]) -> Iterable[tuple[str, list[Suggestion]]]:
    companies = dict.fromkeys(one.company_id for one in found)
    for company_id in companies:
        for kind, what in (("vat_code", "VAT codes"), ("account", "Accounts")):
            rows = [one for one in found if (one.company_id, one.kind) == (company_id, kind)]
            if rows:
                yield (what if len(companies) == 1 else f"{company_id}: {what}"), rows


def _is_counted(one: Suggestion) -> bool:
    return one.is_certain and one.kind == "account"


def _why(one: Suggestion) -> str:
    """The reason without the standard's name at its end, which stands beside it."""
    return one.reason.removesuffix(f" ({one.standard_name})")


def _table(out: Output, title: str, rows: Sequence[Suggestion]) -> None:
    if rows:
        out.table(
            title,
            ["yours", "standard", ">sure", "why"],
            [
                (
                    _own(r),
                    f"{r.standard_code} {r.standard_name}" + (f" ({r.part})" if r.part else ""),
                    f"{r.confidence:.0%}",
                    _why(r),
                )
                for r in rows
            ],
        )


def _counted(count: int, kind: str) -> str:
    what = _WHAT[kind]
    return f"{count} {what.removesuffix('s') if count == 1 else what}"
