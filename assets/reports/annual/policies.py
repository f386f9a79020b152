"""Which accounting policies a report describes, in our wording or the person's own.

Chosen by what the books hold: a policy whose accounts nothing stands or moves on
is left out. Belongs here: choosing and filling in. Does not: the wording itself
(`policies.csv`) or where it stands on the page.

Source: årsregnskabsloven § 53.
"""

from dataclasses import dataclass
from decimal import Decimal

from assets.reports.annual import catalogue, derive, entries
from assets.reports.annual.catalogue import AssetClass, Policy
from assets.reports.annual.input_file import InputFile
from assets.reports.annual.year import Year

WHOLE = "fsa:DisclosureOfAccountingPolicies"


@dataclass(frozen=True, slots=True)
class Chosen:
    """One policy of the report. `source` says where own words stand; None for ours."""

    policy: Policy
    text: str
    source: str | None


def chosen(year: Year, file: InputFile) -> list[Chosen]:
    """The policies the report describes, in order; none where a text of one's own replaces them
    all, or a micro-undertaking leaves them out (§ 22 b). Of two of ours for one element the later
    stands, and one's own words before either.
    """
    if "policies.whole" in file.values or is_left_out(year, file):
        return []
    dropped = file.values.get("policies.leave_out", [])
    owned = {one.field for one in catalogue.policies() if _own(one) in file.values}
    found: dict[str, Chosen] = {}
    for policy in catalogue.policies():
        key = _own(policy)
        if key in file.values:
            found[policy.field] = Chosen(policy, file.values[key], file.source(key))
        elif policy.field in owned or policy.policy_id in dropped:
            continue
        elif calls_for(year, file, policy):
            found[policy.field] = Chosen(policy, worded(policy, year, file), None)
    return list(found.values())


def _own(policy: Policy) -> str:
    return f"policies.own.{policy.policy_id}"


def is_left_out(year: Year, file: InputFile) -> bool:
    """Whether a micro-undertaking uses its exemption from describing policies."""
    exemptions = file.values.get("report.micro_exemptions", [])
    return year.annual.company_class == "B-micro" and "policies" in exemptions


def calls_for(year: Year, file: InputFile, policy: Policy) -> bool:
    """Whether the books and the chosen forms call for a policy."""
    if not set(policy.forms.split()) <= _forms(year, file):
        return False
    if not policy.accounts:
        return True
    marks = {word for word in policy.accounts.split() if word.startswith("@")}
    if marks and marks & _marks(year, file):
        return True
    used = catalogue.in_ranges(policy.accounts)
    return _is_used(year, used) or bool(used & entries.accounts(year, file))


def _forms(year: Year, file: InputFile) -> set[str]:
    """Forms of statement, and what the class has to do with measurement (§§ 22 b stk. 4, 82)."""
    annual = year.annual
    is_exempt = annual.company_class == "B-micro" and file.values.get("report.micro_exemptions")
    return {
        annual.income_form,
        "condensed" if annual.is_condensed else "full",
        "class_b" if annual.company_class.startswith("B") else "class_c",
        "exempt" if is_exempt else "regular",
    }


def _marks(year: Year, file: InputFile) -> set[str]:
    """What calls for a policy and is no account."""
    says = {
        "@currency": bool(year.books.currencies),
        "@profit": year.books.moved(derive.BEFORE_TAX) < 0,
        "@dividend": file.values.get("distribution.dividend", Decimal(0)) > 0,
    }
    return {mark for mark, is_so in says.items() if is_so}


def _is_used(year: Year, accounts: frozenset[str]) -> bool:
    """Whether anything stands or moved on an account, this year or the year before."""
    for books in (year.books, year.before):
        if books is not None:
            amounts = (books.movement, books.balance)
            if any(one[code] for one in amounts for code in accounts & one.keys()):
                return True
    return False


def worded(policy: Policy, year: Year, file: InputFile) -> str:
    """Our wording of a policy in the report's language, filled in."""
    text = policy.da if year.language == "da" else policy.en
    if "{" not in text:
        return text
    for name, value in _words(year, file).items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _words(year: Year, file: InputFile) -> dict[str, str]:
    name = f"class:{year.annual.company_class}"
    danish, english = (catalogue.enumerated(name, language) for language in ("da", "en"))
    return {
        "class_da": danish[0].lower() + danish[1:],
        "class_en": english[0].lower() + english[1:],
        "lives_intangible": _lives(year, file, "intangible"),
        "lives_tangible": _lives(year, file, "tangible"),
    }


def _lives(year: Year, file: InputFile, policy: str) -> str:
    """The useful lives of the asset classes held, as a list."""
    lines = [_life(year, file, one) for one in derive.held(year) if one.policy == policy]
    return "\n".join(f"- {line}" for line in lines if line)


def _life(year: Year, file: InputFile, one: AssetClass) -> str:
    years = file.values.get(f"policies.useful_life.{one.class_id}")
    if years is None:
        return ""
    words = {
        "label": one.label_da if year.language == "da" else one.label_en,
        "years": years.replace("-", "–"),
        "residual": file.values.get(f"policies.residual_value.{one.class_id}", "0 kr."),
    }
    text = catalogue.wording("life", year.language)
    for name, value in words.items():
        text = text.replace(f"{{{name}}}", value)
    return text
