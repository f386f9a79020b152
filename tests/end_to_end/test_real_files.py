"""Real files of other programs, through the command line: read, and told off truthfully.

The files are not ours and not in the repository; without them these tests are skipped.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from warehouse.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SAFT = "ExampleFile SAF-T Financial_999999999_20161125213512.xml"

# company → connector, file, vouchers, what the source is told off for
FILES: dict[str, tuple[str, str, int, set[str]]] = {
    "norwegian": ("saft", f"saft-no/{SAFT}", 2, {"saft.selection"}),
    "type-1": ("sie4", "sie/BL0001_typ1.SE", 0, {"sie.no_vouchers"}),
    "type-2": ("sie4", "sie/typ2.se", 0, {"sie.no_vouchers", "sie.budget"}),
    "type-3": ("sie4", "sie/BL0001_typ3.SE", 0, {"sie.no_vouchers", "sie.budget"}),
    "type-4e": ("sie4", "sie/transaktioner_ovnbolag.se", 163, {"sie.budget"}),
    "type-4i": ("sie4", "sie/BL0001_typ4I.SI", 1, {"sie.year"}),
    "lost-letters": ("sie4", "sie/SIE4_Exempelfil_med_underdim.SE", 295, {"sie.lost_letters"}),
    "sie-5": ("sie5", "sie/Sample.sie", 91, {"sie.struck_line"}),
    "web-page": ("sie4", "sie/BokSald.SE", 0, set()),
}


def indberet(folder: Path, *arguments: str) -> Result:
    """One command; a crash, or a traceback shown to a person, fails the test."""
    path = str(folder / "indberet.toml")
    result = CliRunner().invoke(app, ["--settings", path, *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert "Traceback" not in result.output
    assert "unforeseen" not in result.output
    return result


def company(name: str, system: str, path: Path) -> str:
    country, currency = ("NO", "NOK") if system == "saft" else ("SE", "SEK")
    return f"""
[[company]]
id = "{name}"
name = "{name}"
country = "{country}"
base_currency = "{currency}"

[[connection]]
id = "{name}-books"
company = "{name}"
system = "{system}"
path = "{path}"
"""


@pytest.fixture(scope="module")
def books(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """One workspace with a company for each file, pulled once; what `pull` said."""
    folder = tmp_path_factory.mktemp("real")
    (folder / "indberet.toml").write_text(
        "".join(company(n, row[0], shared_data / row[1]) for n, row in FILES.items())
    )
    result = indberet(folder, "pull", "--json")
    assert result.exit_code == 3  # the web page could not be read; the others were
    return folder, json.loads(result.stdout)


@pytest.fixture(scope="module")
def checked(books: tuple[Path, Any]) -> list[dict[str, str]]:
    """The findings of 2015, when the Norwegian example's vouchers are dated."""
    result = indberet(books[0], "check", "--period", "2015-12", "--json")
    assert result.exit_code == 3
    found: list[dict[str, str]] = json.loads(result.stdout)[0]["findings"]
    return found


@pytest.mark.parametrize("name", [name for name in FILES if name != "web-page"])
def test_every_file_is_read_whole(books: tuple[Path, Any], name: str) -> None:
    (source,) = [row for row in books[1]["sources"] if row["company"] == name]
    assert (source["loads"], source["problem"]) == (1, "")
    assert source["records"] > 0
    with Store(books[0] / "var" / "warehouse").connect() as con:
        query = "SELECT count(*) FROM voucher WHERE company_id = ?"
        assert con.execute(query, [name]).fetchall() == [(FILES[name][2],)]


def test_a_web_page_named_as_a_sie_file_stops_nobody_else(
    books: tuple[Path, Any], shared_data: Path
) -> None:
    problems = {row["company"]: row["problem"] for row in books[1]["sources"] if row["problem"]}
    assert problems == {
        "web-page": f"Reading {shared_data}/sie/BokSald.SE:1: expected #FLAGGA on the first line "
        "of a SIE file, found '<!DOCTYPE HTML PUBLIC \"-//IETF'. Export the file again as SIE."
    }
    status = indberet(books[0], "status", "--json")
    assert {r["company"] for r in json.loads(status.stdout)["sources"] if r["problem"]} == {
        "web-page"
    }


def test_what_is_wrong_with_each_source_is_named(checked: list[dict[str, str]]) -> None:
    told: dict[str, set[str]] = {name: set() for name in FILES}
    for finding in checked:
        if finding["rule"].split(".")[0] in {"saft", "sie"}:
            told[finding["company_id"]].add(finding["rule"])
    assert told == {name: row[3] for name, row in FILES.items()}


def test_balances_without_vouchers_are_said(checked: list[dict[str, str]]) -> None:
    messages = {f["company_id"]: f["message"] for f in checked if f["rule"] == "sie.no_vouchers"}
    assert messages == {
        f"type-{n}": f"SIE type {n} holds balances without vouchers: balances are read, and no "
        "VAT return can be made from them."
        for n in (1, 2, 3)
    }


def test_the_norwegian_examples_own_balances_do_not_add_up(checked: list[dict[str, str]]) -> None:
    told = [f for f in checked if f["rule"] == "balance-mismatch"]
    assert len(told) == 4  # each once
    assert told[0]["where_found"] == f"account 1925, 2015-01-01 to 2015-12-31 ({SAFT}:70)"
    assert told[0]["message"] == (
        "Account 1925: opening balance 1 234.56 on 2015-01-01 and movements of -12 500.00 make "
        "-11 265.44, but the source states a closing balance of 12 345.67 on 2015-12-31."
    )


def test_a_norwegian_vat_code_is_in_no_danish_field_and_withholds(
    checked: list[dict[str, str]],
) -> None:
    (told,) = [f for f in checked if f["rule"] == "vat-code-unmapped"]
    assert (told["company_id"], told["severity"]) == ("norwegian", "error")
    assert told["message"].startswith(
        "VAT code 14 (Inngående avgift, høy sats) is not mapped to a standard VAT code, so 2 tax "
        "lines of 12 500.00 NOK would be in no field of the return, first voucher 4567 ("
    )


def test_foreign_books_are_not_told_off_for_what_only_danish_ones_need(
    checked: list[dict[str, str]],
) -> None:
    assert not [f for f in checked if f["rule"] in {"company-without-cvr", "date-implausible"}]


def test_nothing_is_due_from_them_and_that_is_said(books: tuple[Path, Any]) -> None:
    said = indberet(books[0], "report", "--period", "2015-12", "--company", "type-1")
    assert said.exit_code == 0
    assert "no report is due" in said.stdout
    asked = indberet(books[0], "explain", "norwegian", "2015-12", "1")
    assert asked.exit_code == 1
    assert "There is no vat_return of company 'norwegian'" in asked.stderr


def test_what_was_read_can_be_taken_out(books: tuple[Path, Any], tmp_path: Path) -> None:
    written = indberet(books[0], "export", "posting", "opening_balance", "--to", str(tmp_path))
    assert written.exit_code == 0
    postings = (tmp_path / "posting.csv").read_text().splitlines()
    with Store(books[0] / "var" / "warehouse").connect() as con:
        count = con.execute("SELECT count(*) FROM posting").fetchall()[0][0]
    assert len(postings) >= count > 1000
    assert "type-1" in (tmp_path / "opening_balance.csv").read_text()
