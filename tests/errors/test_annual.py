"""Each message about the input to an annual report, word for word."""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from assets.reports.annual import checks, input_file, input_merging, inputs, prefill, previous
from assets.reports.annual.year import Books, Year
from pipelines import settings
from pipelines.commands import annual as commands
from tests.annual_year import COMPLETE, TODAY, answered, fiscal_year
from tests.errors.corpus import FOLDER, expected
from warehouse.errors import PermanentError, ReportingError

YEAR = fiscal_year()
BUSY = fiscal_year({"1010": -900_000, "2845": 400_000})
HELD = fiscal_year({}, {"5570": 100_000})
FILED = replace(
    YEAR,
    previous=previous.Previous(
        "2025", date(2025, 1, 1), date(2025, 12, 31),
        (
            previous.PreviousFact("fsa:Revenue", "", "800000", Decimal(800_000), "2025"),
            previous.PreviousFact("fsa:RetainedEarnings", "", "9000", Decimal(9_000), "2025"),
        ),
    ),
)  # fmt: skip
RESTATED = '[[restatement]]\nfield = "fsa:Revenue"\namount = 780000\nreason = "Fejl."\n'
LARGE = fiscal_year(
    {"1010": -120_000_000},
    {"6480": 60_000_000},
    before=Books({"1010": Decimal(-115_000_000)}, {"6480": Decimal(58_000_000)}),
)


def swap(old: str, new: str) -> str:
    assert old in COMPLETE
    return COMPLETE.replace(old, new)


CASES: dict[str, tuple[Year, str]] = {
    "annual-not-toml": (YEAR, "[company\n"),
    "annual-unknown-key": (YEAR, swap("chairman", "chairmann")),
    "annual-not-answered": (YEAR, swap('chairman = "Bo Lund"', 'chairman = ""')),
    "annual-not-a-day": (YEAR, swap("approved = 2027-05-28", 'approved = "28/5"')),
    "annual-not-a-choice": (YEAR, swap('assistance = "none"', 'assistance = "revision"')),
    "annual-not-an-amount": (YEAR, swap("dividend = 0", "dividend = 0.005")),
    "annual-not-a-count": (YEAR, swap("average = 2", "average = -1")),
    "annual-not-a-postcode": (YEAR, swap('postcode = "2900"', 'postcode = "29OO"')),
    "annual-not-text": (YEAR, swap('town = "Hellerup"', "town = 7")),
    "annual-not-a-cvr-number": (YEAR, COMPLETE + '[submitter]\ncvr = "12345678"\n'),
    "annual-not-people": (
        YEAR,
        swap('[{ name = "Anna Holm", title = "direktør" }]', '[{ navn = "Anna Holm" }]'),
    ),
    "annual-not-years": (
        HELD,
        COMPLETE + '[policies.useful_life]\nfixtures = "3 til 5"\n',
    ),
    "annual-not-lines": (
        YEAR,
        COMPLETE + '[[adjustment]]\ntext = "x"\nlines = [{ konto = "3740" }]\n',
    ),
    "annual-not-an-account": (
        YEAR,
        COMPLETE + '[[adjustment]]\ntext = "x"\nlines = [{ account = "1390", amount = 1 }]\n',
    ),
    "annual-not-a-table": (YEAR, '[adjustment]\ntext = "x"\n' + COMPLETE),
    "annual-unknown-key-in-table": (YEAR, COMPLETE + 'prvider = "x"\n'),
    "annual-no-comparatives": (replace(YEAR, books=Books({}, {"6480": Decimal(5)})), COMPLETE),
    "annual-day-within-year": (YEAR, swap("approved = 2027-05-28", "approved = 2026-12-31")),
    "annual-signed-after-meeting": (YEAR, swap("approved = 2027-05-28", "approved = 2027-06-01")),
    "annual-meeting-to-come": (
        YEAR,
        swap("general_meeting = 2027-05-28", "general_meeting = 2027-06-28"),
    ),
    "annual-statement-left-out": (
        YEAR,
        swap('place = "Hellerup"', 'without_statement = true\nboard = ["Bo Lund"]'),
    ),
    "annual-no-reservations": (
        YEAR,
        swap(
            'assistance = "none"',
            'assistance = "none"\nbasis = "Revisionen har ikke givet anledning til forbehold."',
        ),
    ),
    "annual-change-not-described": (YEAR, COMPLETE + "[policies]\nchanged = true\n"),
    "annual-submitter-incomplete": (
        YEAR,
        COMPLETE + '[submitter]\nname = "Bogholderi ApS"\npostcode_and_town = "2900 Hellerup"\n',
    ),
    "annual-exemption-of-another-class": (
        YEAR,
        swap('kind = "annual"', 'kind = "annual"\nmicro_exemptions = ["employees"]'),
    ),
    "annual-staff-without-employees": (BUSY, swap("average = 2", "average = 0")),
    "annual-dividend-booked-otherwise": (fiscal_year({}, {"6960": -150_000}), COMPLETE),
    "annual-amount-negative": (YEAR, swap("dividend = 0", "dividend = -1")),
    "annual-tax-not-answered": (BUSY, COMPLETE),
    "annual-tax-nothing-derived": (YEAR, COMPLETE + "[tax]\naccept_derived = 1000\n"),
    "annual-tax-of-another-amount": (BUSY, COMPLETE + "[tax]\naccept_derived = 1000\n"),
    "annual-tax-both": (
        BUSY,
        COMPLETE + '[tax]\naccept_derived = 110000\nno_tax = "Underskud."\n',
    ),
    "annual-depreciation-not-booked": (HELD, COMPLETE),
    "annual-depreciation-twice": (
        fiscal_year({"3050": 20_000}),
        COMPLETE + "[depreciation]\nfixtures = 20000\n",
    ),
    "annual-useful-life-missing": (HELD, COMPLETE),
    "annual-adjustment-unbalanced": (
        YEAR,
        COMPLETE + '[[adjustment]]\ntext = "x"\nlines = [{ account = "2670", amount = 1 }]\n',
    ),
    "annual-no-bookkeeping-system": (YEAR, COMPLETE[: COMPLETE.index("[[bookkeeping")]),
    "annual-system-without-number": (
        YEAR,
        swap('registration_number = "fob123456"\n', ""),
    ),
    "annual-system-outside-year": (YEAR, swap("to = 2026-12-31", "to = 2027-01-31")),
    "annual-system-reversed": (YEAR, swap("to = 2026-12-31", "to = 2025-12-31")),
    "annual-systems-overlap": (YEAR, COMPLETE + COMPLETE[COMPLETE.index("[[bookkeeping") :]),
    "annual-system-gap": (YEAR, swap("to = 2026-12-31", "to = 2026-11-30")),
    "annual-policy-assumes": (BUSY, COMPLETE),
    "annual-class-too-small": (LARGE, COMPLETE),
    "annual-class-soon-too-small": (
        replace(LARGE, before=Books({"1010": Decimal(-9)}, {"6480": Decimal(9)})),
        COMPLETE,
    ),
    "annual-class-d": (fiscal_year(company_class="D"), COMPLETE),
    "annual-class-c-not-audited": (fiscal_year(company_class="C-medium"), COMPLETE),
    "annual-must-be-audited": (LARGE, COMPLETE),
    "annual-restated-result-alone": (FILED, COMPLETE + RESTATED),
    "annual-risk-industry": (fiscal_year({"1010": -6_000_000}), COMPLETE),
}


@pytest.mark.parametrize("case_id", CASES)
def test_finding(case_id: str) -> None:
    year, text = CASES[case_id]
    file = answered(text)
    checks.check(year, file, TODAY)
    told = {f"{one.where}: {one.message} {one.remedy}" for one in file.findings}
    wanted = expected("annual", case_id)
    assert wanted in told, "\n".join(sorted(told))


def test_an_error_restated_in_result_and_equity_is_whole() -> None:
    file = answered(
        COMPLETE + RESTATED + RESTATED.replace("Revenue", "RetainedEarnings").replace("780", "-11")
    )
    checks.check(FILED, file, TODAY)
    assert not [one for one in file.findings if one.where.endswith("[[restatement]]")]


SETTINGS = '[[company]]\nid = "nordlys"\nname = "Nordlys ApS"\ncvr = "10150817"\n'
ANNUAL = SETTINGS + '[company.annual_report]\nclass = "B"\nfirst_day = 2026-01-01\n'
PLAIN = b"<html xmlns='http://www.w3.org/1999/xhtml'/>"


def workspace(folder, text: str = ANNUAL):
    (folder / "indberet.toml").write_text(text)
    return settings.load(folder / "indberet.toml")


def of_another_year(monkeypatch: pytest.MonkeyPatch) -> None:
    found = previous.Previous("x", date(2024, 1, 1), date(2024, 12, 31), ())
    monkeypatch.setattr(previous, "read_file", lambda *_: found)


@pytest.mark.parametrize(
    ("case_id", "is_there", "is_report"),
    [
        ("annual-previous-unreadable", False, False),
        ("annual-previous-no-report", True, False),
        ("annual-previous-other-year", True, True),
    ],
)
def test_previous_filing(case_id, is_there, is_report, tmp_path, monkeypatch) -> None:
    ws = workspace(tmp_path)
    if is_there:
        (tmp_path / "last.xhtml").write_bytes(PLAIN)
    if is_report:
        of_another_year(monkeypatch)
    file = answered('[report]\nprevious_filing = "last.xhtml"\n')
    span = inputs._Span(ws.companies[0], YEAR.start, YEAR.end, None)
    assert inputs._named(ws, span, file) is None
    (told,) = file.findings
    assert f"{told.where}: {told.message} {told.remedy}" == expected("annual", case_id)


def test_no_file(tmp_path) -> None:
    (told,) = input_file.read(workspace(tmp_path), "nordlys", YEAR.end).findings
    assert f"{told.where}: {told.message} {told.remedy}" == expected("annual", "annual-no-file")


def test_file_not_text(tmp_path) -> None:
    ws = workspace(tmp_path)
    path = input_file.path_of(ws, "nordlys", YEAR.end)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xff")
    (told,) = input_file.read(ws, "nordlys", YEAR.end).findings
    assert f"{told.where}: {told.message} {told.remedy}" == expected("annual", "annual-not-utf8")


LAYOUT = prefill.layout(YEAR, answered(""), None, "")
FAILURES: dict[str, tuple[type[ReportingError], Callable[[object], object]]] = {
    "annual-prepare-not-toml": (
        PermanentError,
        lambda _: input_merging.merged("[company\n", LAYOUT, "annual/x.toml"),
    ),
    "annual-prepare-inline-table": (
        PermanentError,
        lambda _: input_merging.merged('company = { name = "x" }\n', LAYOUT, "annual/x.toml"),
    ),
    "annual-period-unknown": (
        ReportingError,
        lambda folder: commands._obligations(workspace(folder), "2026-Q4"),
    ),
    "annual-nobody-reports": (
        ReportingError,
        lambda folder: commands._obligations(workspace(folder, SETTINGS), ""),
    ),
    "annual-no-such-year": (
        ReportingError,
        lambda folder: commands._obligations(workspace(folder), "2026-06"),
    ),
}


@pytest.mark.parametrize("case_id", FAILURES)
def test_failure(case_id: str, tmp_path) -> None:
    kind, fails = FAILURES[case_id]
    with pytest.raises(kind) as caught:
        fails(tmp_path)
    assert str(caught.value) == expected("annual", case_id)


def test_every_case_is_produced() -> None:
    cases = tomllib.loads((FOLDER / "annual.toml").read_text())["case"]
    others = {
        "annual-previous-unreadable", "annual-previous-no-report", "annual-previous-other-year",
        "annual-no-file", "annual-not-utf8",
    }  # fmt: skip
    assert {case["id"] for case in cases} == CASES.keys() | FAILURES.keys() | others
