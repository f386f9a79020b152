"""A nation's annual reports for one year, made up: seeded, each by its number alone.

What a report says comes from our own annual report writer: every statement, note and text of a
class B or C report with figures that add up, for a company of its own. How it looks is one of two
structures seen in real filings:

- `written`: the page as a program that knows XBRL writes it, 70 to 100 KB.
- `converted`: a page laid out elsewhere and converted, as the authority's own examples (1.65 MB)
  and the British accounts we have (0.5 to 1.8 MB) are: fonts and pictures as base64, an absolutely
  placed element around each run of text, long texts in continuations. Here 0.3 to 1.7 MB.

Nothing public says how many are which; two thirds are `converted` here, since that is the costly
kind and what auditors' typesetting gives. A share has an error planted, so that what comes out can
be held against what went in.

Belongs here: making the bytes. Does not: measuring (`national_year`).
"""

import base64
import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from assets.filings import annual_report
from benchmarks import synthetic
from tests import annual_sample

SEED = 2025
CONVERTED = 2 / 3
CLASSES = {"B-micro": 0.35, "B": 0.55, "C-medium": 0.10}
ENGLISH, BY_FUNCTION, CURRENT = 0.06, 0.10, 0.05
WRONG = 0.12
_UNSCALED = "fsa:AverageNumberOfEmployees"
_NAMES = ("Nordlys", "Havblik", "Egelund", "Solbakken", "Granly", "Fjordby", "Kirkeby", "Lyngholm")
_TRADES = ("Lamper", "Byg", "Handel", "Holding", "Transport", "Rådgivning", "Ejendomme", "IT")
_SENTENCES = (
    "Selskabet har i årets løb haft en aktivitet, der svarer til ledelsens forventninger.",
    "Efter balancedagen er der ikke indtruffet begivenheder, som forrykker vurderingen.",
    "Ledelsen følger udviklingen i priser og renter tæt og har sikret selskabets likviditet.",
    "Årets investeringer er betalt af driften, og der er ikke optaget ny langfristet gæld.",
    "Der er ikke usædvanlige forhold, der har påvirket indregning eller måling.",
)
_LONG = re.compile(
    r'(<ix:nonNumeric [^>]*name="[^"]*"[^>]*?)(>)([^<>]{60,})(</ix:nonNumeric>)', re.DOTALL
)


class Report(NamedTuple):
    """One filing, and the error planted in it: none, unread or the rule's code."""

    name: str
    content: bytes
    planted: str


def report(number: int, seed: int = SEED) -> Report:
    """The filing of company `number`; the same bytes wherever and whenever it is made."""
    rng = random.Random(f"{seed}:{number}")
    page = _page(number, rng)
    if rng.random() < CONVERTED:
        page = _converted(page, rng)
    planted, page = _planted(page, rng)
    content = page.encode()
    if planted == "unread":
        content = content[: len(content) * 2 // 3]
    return Report(f"{number:07d}.xhtml", content, planted)


def write(folder: Path, numbers: range, seed: int = SEED) -> tuple[int, dict[str, int]]:
    """Write the filings of `numbers`, a thousand to a folder: bytes, and how many by error."""
    total, planted = 0, dict[str, int]()
    for number in numbers:
        made = report(number, seed)
        shelf = folder / f"{number // 1000:04d}"
        shelf.mkdir(parents=True, exist_ok=True)
        total += (shelf / made.name).write_bytes(made.content)
        planted[made.planted] = planted.get(made.planted, 0) + 1
    return total, planted


def _page(number: int, rng: random.Random) -> str:
    """The report as our writer writes it: forms, figures, name and texts of its own."""
    language = "en" if rng.random() < ENGLISH else "da"
    forms = (
        "function" if rng.random() < BY_FUNCTION else "nature",
        "current" if rng.random() < CURRENT else "account",
    )
    (company_class,) = rng.choices(list(CLASSES), CLASSES.values())
    sample = annual_sample.sample(language, *forms, company_class)
    name = f"{rng.choice(_NAMES)} {rng.choice(_TRADES)} {number} ApS"
    cvr, factor = synthetic.cvr(number), max(1, round(10 ** rng.gauss(0.6, 0.7)))
    employees = max(1, factor // 3)

    def told(text: str) -> str:
        return text.replace("Nordlys Lamper ApS", name).replace(annual_sample.CVR, cvr)

    def scaled(line: dict) -> dict:
        by = employees if line["field"] == _UNSCALED else factor
        # The sample's amounts end in 0, so any of them may be divided by ten.
        amount = line["amount"] * by // (1 if line["field"] == _UNSCALED else 10)
        return line | {"amount": amount, "amount_exact": amount}

    more = " ".join(rng.choices(_SENTENCES, k=rng.randint(1, 12)))
    texts = [
        row | {"text": told(row["text"]) + (f"\n\n{more}" if "Significant" in row["field"] else "")}
        for row in sample.texts
    ]
    company = sample.company | {"name": name, "cvr": cvr, "se_number": cvr}
    lines = [scaled(line) for line in sample.lines]
    return annual_report.render(sample.report, lines, company, texts).decode()


def _converted(page: str, rng: random.Random) -> str:
    """The same report as a converter lays it out: fonts, pictures, placed runs, continuations."""
    fonts = [_blob(rng, rng.randint(20_000, 90_000)) for _ in range(rng.randint(2, 6))]
    faces = "".join(
        f"@font-face{{font-family:ff{n};src:url('data:application/font-woff;base64,{font}')}}\n"
        for n, font in enumerate(fonts)
    )
    pictures = "".join(
        f'<div class="pf w0 h0"><img class="bi x{n:x} y{n:x}" alt="" '
        f'src="data:image/png;base64,{_blob(rng, rng.randint(10_000, 60_000))}"/></div>\n'
        for n in range(rng.randint(2, 10))
    )
    runs = "".join(_run(n, rng) for n in range(rng.randint(500, 3_000)))
    page = page.replace("</head>", f'<style type="text/css">{faces}</style></head>', 1)
    return _continued(page).replace("</body>", f"{pictures}{runs}</body>", 1)


def _run(number: int, rng: random.Random) -> str:
    x, y, text = rng.randint(1, 255), rng.randint(1, 4095), rng.choice(_SENTENCES)
    return (
        f'<div class="t m0 x{x:x} h{number % 23:x} y{y:x} ff{number % 6} fs{number % 9} fc0 sc0 '
        f'ls0 ws0">{text[:40]}<span class="_ _{number % 7}"> </span>{text[40:]}</div>\n'
    )


def _continued(page: str) -> str:
    """Long texts without markup cut into continuations of a line each."""
    count = 0

    def cut(found: re.Match[str]) -> str:
        nonlocal count
        head, close, text, end = found.groups()
        if "continuedAt" in head:
            return found[0]
        lines = re.findall(r"(?:&[^;]*;|[^&]){1,55}", text)
        parts = [f'{head} continuedAt="c{count + 1}"{close}{lines[0]}{end}']
        for line in lines[1:]:
            count += 1
            onward = f' continuedAt="c{count + 1}"' if line is not lines[-1] else ""
            parts.append(
                f'<span class="_"> </span><ix:continuation id="c{count}"{onward}>{line}'
                "</ix:continuation>"
            )
        return "".join(parts)

    header = page.index("</ix:header>")  # hidden facts are not laid out
    return page[:header] + _LONG.sub(cut, page[header:])


def _blob(rng: random.Random, size: int) -> str:
    """Base64 of `size` bytes that do not repeat."""
    start = rng.randrange(1 << 20)
    return _noise()[start : start + size * 4 // 3 // 4 * 4]


@cache
def _noise() -> str:
    return base64.b64encode(random.Random(SEED).randbytes(3 << 19)).decode()


def _planted(page: str, rng: random.Random) -> tuple[str, str]:
    """With the share `WRONG`, one error: its code, and the page that has it."""
    if rng.random() >= WRONG:
        return "none", page
    code = rng.choice(list(ERRORS))
    return code, ERRORS[code](page)


def _script(page: str) -> str:
    return page.replace("</head>", "<script>print(1)</script></head>", 1)


def _picture(page: str) -> str:
    return page.replace("</body>", '<img src="https://example.org/a.png" alt=""/></body>', 1)


def _without(concept: str) -> Callable[[str], str]:
    tagged = re.compile(
        rf'<ix:nonNumeric [^>]*name="{concept}"[^>]*>(.*?)</ix:nonNumeric>', re.DOTALL
    )
    return lambda page: tagged.sub(r"\1", page)


ERRORS: dict[str, Callable[[str], str]] = {
    "DBA.TR12": _script,
    "DBA.TR11": _picture,
    "DBA.TM25": _without("gsd:AddressOfSubmittingEnterpriseStreetAndNumber"),
    "DBA.FR1": _without("gsd:NameAndSurnameOfChairmanOfGeneralMeeting"),
    "unread": lambda page: page,
}
"""What is planted: the code the rules answer with, and how."""
