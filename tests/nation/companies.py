"""Companies: register facts, size, and how each behaves towards the authority.

Belongs here: who they are. Does not: amounts (`figures`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

HABITS = (
    "vat_late",
    "vat_missing",
    "vat_zero",
    "vat_wrong_total",
    "vat_understated",
    "annual_late",
    "annual_missing",
    "annual_breaks_rule",
    "comparatives_changed",
    "employees_understated",
    "list_differs",
    "no_mandate",
)
"""What may be odd about a company; each is the odd company's only oddity."""

_ORDINARY = 0.7
_STEMS = (
    "Nordlys", "Fjord", "Bøgelund", "Strand", "Havblik", "Ege", "Lyng", "Klit", "Møller", "Rosen",
    "Vester", "Sund", "Granly", "Birke", "Sølv", "Kilde", "Højgaard", "Enghave", "Ravn", "Storm",
)  # fmt: skip
# DB25 code, what such a company calls itself, revenue of a median one (DKK), gross margin
_TRADES = (
    ("016100", "Maskinstation", 3_200_000, 0.52),
    ("107100", "Bageri", 5_400_000, 0.58),
    ("259900", "Metal", 9_800_000, 0.41),
    ("432100", "El", 6_100_000, 0.47),
    ("433200", "Tømrer", 4_300_000, 0.45),
    ("463900", "Engros", 18_500_000, 0.22),
    ("471100", "Købmand", 12_700_000, 0.21),
    ("494100", "Transport", 7_900_000, 0.38),
    ("561100", "Køkken", 3_900_000, 0.61),
    ("621000", "Software", 5_200_000, 0.78),
    ("682000", "Ejendomme", 2_600_000, 0.71),
    ("692000", "Regnskab", 3_100_000, 0.82),
    ("711200", "Rådgivning", 4_800_000, 0.74),
    ("862100", "Klinik", 3_600_000, 0.76),
)
_MUNICIPALITIES = ("101", "147", "253", "265", "316", "370", "461", "561", "607", "615", "657",
                   "665", "706", "740", "751", "787", "813", "851", "860")  # fmt: skip
_WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 1)


@dataclass(frozen=True, slots=True)
class Company:
    """One company. `seed` makes its years; `habit` is what is odd about it, if anything."""

    cvr: str
    name: str
    industry: str
    municipality: str
    employees: int
    company_class: str
    income_form: str
    frequency: str
    revenue: int
    margin: float
    eu_share: float
    export_share: float
    habit: str | None
    seed: int


def companies(count: int, seed: int = 2026) -> Iterator[Company]:
    """`count` companies. Each habit is met before the ordinary ones begin."""
    for number, cvr in zip(range(count), _numbers(), strict=False):
        random = Random(f"{seed}/{number}")
        habit = HABITS[number] if number < len(HABITS) else None
        if habit is None and random.random() > _ORDINARY:
            habit = random.choice(HABITS)
        yield _company(random, cvr, habit)


def _company(random: Random, cvr: str, habit: str | None) -> Company:
    industry, trade, revenue, margin = random.choice(_TRADES)
    size = random.lognormvariate(0, 0.9)
    revenue = max(round(revenue * size / 10_000) * 10_000, 300_000)
    margin = min(max(random.gauss(margin, 0.04), 0.08), 0.92)
    is_lister = habit == "list_differs"
    frequency = (
        "quarter" if revenue > 5_000_000 or is_lister or random.random() < 0.5 else "half_year"
    )
    is_trader = industry < "49" and frequency == "quarter"
    eu_share = 0.1 if is_lister else random.choice((0, 0, 0, 0.05, 0.2)) if is_trader else 0
    return Company(
        cvr=cvr,
        name=f"{random.choice(_STEMS)} {trade} ApS",
        industry=industry,
        municipality=random.choice(_MUNICIPALITIES),
        employees=max(round(revenue * margin * 0.6 / 460_000), 1),
        company_class="B-micro" if revenue < 2_000_000 else "B",
        income_form=random.choice(("function", "function", "nature")),
        frequency=frequency,
        revenue=revenue,
        margin=margin,
        eu_share=eu_share,
        export_share=random.choice((0, 0, 0.1)),
        habit=habit,
        seed=random.getrandbits(32),
    )  # fmt: skip


def _numbers() -> Iterator[str]:
    """CVR numbers with a valid check digit, from 30000000 on."""
    for stem in range(3_000_000, 10_000_000, 17):
        digits = [int(one) for one in str(stem)]
        check = -sum(w * d for w, d in zip(_WEIGHTS, digits, strict=False)) % 11
        if check < 10:
            yield f"{stem}{check}"
