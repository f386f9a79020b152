"""What indberet.toml says reaches the stages as it was meant."""

from datetime import date
from pathlib import Path

import pytest

from assets.reports import report
from assets.workspace import AnnualSettings
from pipelines import periods, settings
from pipelines.periods import Asked
from warehouse.errors import SettingsError

COMPANY = '[[company]]\nid = "nordlys"\nname = "Nordlys"\ncvr = "10150817"\n'


@pytest.fixture(autouse=True)
def _no_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INDBERET_TODAY", raising=False)


def load(tmp_path: Path, text: str):
    path = tmp_path / "indberet.toml"
    path.write_text(text)
    return settings.load(path)


def test_a_change_of_frequency_keeps_both_rows(tmp_path: Path) -> None:
    text = COMPANY + (
        'vat_frequency = [{ frequency = "quarter", to = 2026-06-30 },\n'
        '  { frequency = "month", from = 2026-07-01 }]\n'
    )
    rows = load(tmp_path, text).companies[0].frequencies["vat_return"]
    assert [(r.frequency, r.start, r.end) for r in rows] == [
        ("quarter", None, date(2026, 6, 30)),
        ("month", date(2026, 7, 1), None),
    ]


def test_a_company_files_under_its_cvr_unless_it_has_an_se_number(tmp_path: Path) -> None:
    assert load(tmp_path, COMPANY).companies[0].se_number == "10150817"
    other = load(tmp_path, COMPANY + 'se_number = "12345678"\n').companies[0]
    assert (other.cvr, other.se_number) == ("10150817", "12345678")


def test_one_policy_word_holds_for_every_report(tmp_path: Path) -> None:
    company = load(tmp_path, COMPANY + 'policy = "automatic"\n').companies[0]
    assert set(company.policy) == {"annual_report", *report.ids()}
    assert set(company.policy.values()) == {"automatic"}


def test_a_person_approves_unless_told_otherwise(tmp_path: Path) -> None:
    assert set(load(tmp_path, COMPANY).companies[0].policy.values()) == {"review"}


ANNUAL = """
[company.annual_report]
class = "B-micro"
year_end = "06-30"
first_day = 2024-01-15
odd_years = [{ from = 2024-01-15, to = 2025-06-30 }]
language = "en"
income_statement = "function"
balance = "current"
gross_profit = true
"""


def test_the_annual_report_is_as_the_settings_say(tmp_path: Path) -> None:
    odd = (date(2024, 1, 15), date(2025, 6, 30))
    wanted = AnnualSettings(
        "B-micro", (6, 30), odd[0], (odd,), "en", "function", "current", is_condensed=True
    )
    found = load(tmp_path, COMPANY + ANNUAL + '[annual_report]\nfolder = "input"\n')
    assert found.companies[0].annual == wanted
    assert found.annual_folder == tmp_path / "input"
    assert found.taxonomies == tmp_path / "var" / "taxonomies"


def test_a_company_without_annual_settings_owes_no_annual_report(tmp_path: Path) -> None:
    assert load(tmp_path, COMPANY).companies[0].annual is None


def test_a_clients_file_says_the_annual_report_too(tmp_path: Path) -> None:
    row = {
        "class": "B",
        "year_end": "12-31",
        "odd_years": "2024-07-01/2025-12-31",
        "first_day": "2024-07-01",
        "gross_profit": "true",
        "management_members": "3",
    }
    (tmp_path / "clients.csv").write_text(
        ",".join(["id", "name", "cvr", *(f"annual_report.{key}" for key in row)])
        + "\n"
        + ",".join(["nordlys", "Nordlys", "10150817", *row.values()])
        + "\nskov,Skov,13585628,,,,,\n"
    )
    first, second = load(tmp_path, 'companies_file = "clients.csv"\n').companies
    odd = (date(2024, 7, 1), date(2025, 12, 31))
    assert first.annual == AnnualSettings(
        "B", (12, 31), odd[0], (odd,), is_condensed=True, members=3
    )
    assert second.annual is None


def test_mapping_rows_for_all_give_way_to_a_companys_own(tmp_path: Path) -> None:
    (tmp_path / "map.csv").write_text("kind,code,standard_code\naccount,0100,1010\n")
    text = COMPANY + (
        '[mapping.all]\naccounts = { "0100" = "1050", "0200" = "1610" }\n'
        '[mapping.nordlys]\nmapping_file = "map.csv"\n'
    )
    rows = {r.account_code: r.standard_account_code for r in load(tmp_path, text).accounts}
    assert rows == {"0100": "1010", "0200": "1610"}


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_clients_file_keeps_leading_zeros_and_secrets_out(tmp_path: Path, suffix: str) -> None:
    import pandas as pd  # noqa: PLC0415 - half a second of every test run, for one test

    rows = {
        "id": ["007", "nordlys"],
        "name": ["Syv ApS", "Nordlys ApS"],
        "cvr": ["10150817", "13585628"],
        "vat_frequency": ["month", "quarter"],
        "policy": ["automatic", ""],
    }
    frame = pd.DataFrame(rows, dtype=str)
    path = tmp_path / f"clients.{suffix}"
    frame.to_csv(path, index=False) if suffix == "csv" else frame.to_excel(path, index=False)
    companies = load(tmp_path, f'companies_file = "clients.{suffix}"\n').companies
    assert [c.company_id for c in companies] == ["007", "nordlys"]
    assert companies[0].frequencies["vat_return"][0].frequency == "month"
    assert companies[1].policy["vat_return"] == "review"


def test_a_secret_is_read_only_where_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = COMPANY + (
        '[[connection]]\nid = "books"\ncompany = "nordlys"\nsystem = "tryton"\n'
        'url = "http://127.0.0.1:1"\ndatabase = "d"\nkey = { env = "INDBERET_TEST_KEY" }\n'
    )
    workspace = load(tmp_path, text)
    monkeypatch.setenv("INDBERET_TEST_KEY", "hunter2-hunter2")
    assert "hunter2" not in repr(workspace)
    connection = workspace.connections[0].resolve()
    assert "hunter2" not in repr(connection)
    assert connection.options["key"].reveal() == "hunter2-hunter2"


def test_the_fixed_day_comes_from_the_settings_or_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = COMPANY + "[demo]\ntoday = 2026-11-22\n"
    assert load(tmp_path, text).today == date(2026, 11, 22)
    monkeypatch.setenv("INDBERET_TODAY", "2027-02-01")
    assert load(tmp_path, text).today == date(2027, 2, 1)


def test_what_is_due_now_are_the_ended_periods_still_in_time(tmp_path: Path) -> None:
    text = COMPANY + 'vat_frequency = "quarter"\neu_sales_list = "month"\n'
    companies = load(tmp_path, text).companies
    found = periods.due_now(companies, date(2026, 11, 22))
    assert found == [Asked("2026-09"), Asked("2026-10")]
    assert periods.due_now(companies, date(2026, 12, 2)) == [Asked("2026-11")]


@pytest.mark.parametrize("period", ["2026", "2026-13", "2026-Q5", "Q3", "2026-00", ""])
def test_no_period_is_guessed(period: str) -> None:
    with pytest.raises(SettingsError, match="2026-Q3"):
        periods.month_of(period)


YEARLY = (
    COMPANY
    + """
vat_frequency = "quarter"
[company.annual_report]
class = "B"
year_end = "06-30"
first_day = 2024-07-01
"""
)


def test_a_year_is_the_fiscal_years_that_end_in_it(tmp_path: Path) -> None:
    companies = load(tmp_path, YEARLY).companies
    assert periods.asked("2026", companies) == [Asked("2026-06", is_yearly_only=True)]
    assert periods.asked("2026-06", companies) == [Asked("2026-06")]
    with pytest.raises(SettingsError, match=r"No fiscal year .* ends in 2024\. Set \[company"):
        periods.asked("2024", companies)


def test_an_annual_report_is_due_until_it_is_accepted_overdue_or_not(tmp_path: Path) -> None:
    companies = load(tmp_path, YEARLY).companies
    on = date(2026, 2, 2)  # the report of 30 June 2025 was due on 2 January 2026
    year = Asked("2025-06", is_yearly_only=True)
    assert periods.due_now(companies, on) == [year, Asked("2025-12")]
    done = {("nordlys", "annual_report", date(2025, 6, 30))}
    assert periods.due_now(companies, on, done=done) == [Asked("2025-12")]


def test_a_month_with_returns_and_an_annual_report_is_whole(tmp_path: Path) -> None:
    companies = load(tmp_path, YEARLY).companies
    on = date(2026, 7, 2)
    months = [Asked("2025-06", is_yearly_only=True), Asked("2026-06")]
    assert periods.due_now(companies, on) == months
