"""`indberet connect`, as a person at a terminal and as a script meet it."""

import base64
import contextlib
import csv
import hashlib
import json
import sqlite3
import stat
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from typer.testing import CliRunner

from assets.sources import registry
from assets.sources.connector import Connection, silent
from pipelines import settings
from pipelines.cli import app
from pipelines.commands import first_month
from tests.conformance import (
    network_billy,
    network_business_central,
    network_dinero,
    network_economic,
    network_odoo,
    network_xero,
)
from tests.end_to_end.terminal import Terminal
from tests.simulators import books, odoo_books
from tests.simulators.base import Answer, Asked, Fault
from tests.simulators.odoo import KEY, Odoo
from tests.simulators.xero import VAT_ACCOUNT, Xero
from tests.tryton_server import server
from warehouse.secret import Secret

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SETTINGS = """# the books of two companies
[demo]
today = 2026-10-05        # fixed

[[company]]
id = "nordlys"
name = "Nordlys Handel ApS"
cvr = "13585628"
vat_frequency = "quarter"

[[company]]
id = "skov"
name = "Skov ApS"
cvr = "10150817"
"""
JOURNAL = """2026-08-03 * (1) Salg
    Indtægter:Salg            -100,00 DKK
    Aktiver:Bank               100,00 DKK

2026-09-04 * (2) Salg
    Indtægter:Salg             -20,50 DKK
    Aktiver:Bank                20,50 DKK
"""


@pytest.fixture
def odoo() -> Iterator[Odoo]:
    with Odoo(odoo_books.database("19.0")) as running:
        yield running


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "indberet.toml").write_text(SETTINGS)
    (tmp_path / "main.journal").write_text(JOURNAL)
    return tmp_path


def movements(month: date) -> dict[str, Decimal]:
    """Each account's movement in a month, from the declared books."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for one in books.vouchers():
        if (one.day.year, one.day.month) == (month.year, month.month):
            for line in one.lines:
                found[line.account] += line.amount
    return dict(found)


def whole_vat(found: dict[str, Decimal]) -> dict[str, Decimal]:
    """The same with all VAT on one account, as Xero has it."""
    accounts = {VAT_ACCOUNT, *(t.output for t in books.TAXES.values())}
    accounts |= {t.input for t in books.TAXES.values()}
    apart = {code: amount for code, amount in found.items() if code not in accounts}
    return apart | {"VAT": sum((found.get(code, Decimal(0)) for code in accounts), Decimal(0))}


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize(
    "cases",
    [network_odoo, network_xero, network_economic, network_dinero, network_billy,
     network_business_central],
    ids=lambda module: module.__name__.rpartition("network_")[2],
)  # fmt: skip
def test_the_first_month_is_the_systems_own_to_the_oere(cases: Any, tmp_path: Path) -> None:
    (case, *_) = cases.CASES
    with case.simulator() as vendor:
        connection: Connection = case.connect(vendor, tmp_path)
        connector = registry.load(connection.system)
        for month in (date(2026, 1, 1), date(2026, 8, 1), date(2026, 12, 1)):
            read = first_month.read(
                connector, connection, first_month.whole(month), silent, is_fixed=True
            )
            found = {row["account"]: row["movement"] for row in read.rows}
            assert whole_vat(found) == whole_vat(movements(month))
            if connection.system != "xero":
                assert found == movements(month)
            debit = sum((row["debit"] or 0 for row in read.rows), Decimal(0))
            assert debit == sum((row["credit"] or 0 for row in read.rows), Decimal(0))


def test_the_first_month_of_the_real_tryton_is_its_own_to_the_oere(tmp_path: Path) -> None:
    if not server.is_installed():
        pytest.skip("the Tryton server is not installed here: run `make tryton`")
    running = server.start(tmp_path / "tryton")
    try:
        options = {
            "url": running.url, "database": running.database,
            "key": Secret(Path(running.key_file).read_text().strip()),
        }  # fmt: skip
        connection = Connection("b", "n", "tryton", options, str(tmp_path))
        for month in (date(2026, 8, 1), date(2026, 9, 1), date(2026, 12, 1)):
            wanted = first_month.whole(month)
            read = first_month.read(
                registry.load("tryton"), connection, wanted, silent, is_fixed=True
            )
            found = {row["account"]: row["movement"] for row in read.rows}
            assert found == _in_its_database(tmp_path / "tryton", wanted)
    finally:
        server.stop(tmp_path / "tryton")


def _in_its_database(folder: Path, month: first_month.Month) -> dict[str, Decimal]:
    """Each account's movement as Tryton has it in its own tables."""
    (path,) = folder.rglob("*.sqlite")
    with contextlib.closing(sqlite3.connect(path)) as con:
        rows = con.execute(
            "SELECT a.code, sum(round(100 * l.debit) - round(100 * l.credit)) "
            "FROM account_move_line l JOIN account_move m ON m.id = l.move "
            "JOIN account_account a ON a.id = l.account "
            "WHERE m.state = 'posted' AND m.date BETWEEN ? AND ? GROUP BY a.code",
            [month.first.isoformat(), month.last.isoformat()],
        ).fetchall()
    return {code: Decimal(round(oere)) / 100 for code, oere in rows}


def test_a_person_connects_corrects_compares_and_maps(workspace: Path, odoo: Odoo) -> None:
    arguments = ["connect", "odoo", "--company", "nordlys", "--id", "books"]
    with Terminal(*arguments, folder=workspace) as person:
        assert "tried before anything is written" in person.until("Address of the server")
        person.answer("http://127.0.0.1:1")
        person.until("Name of the database:")
        person.answer(odoo.database.name)
        person.until("log-in")
        person.answer("")
        person.until("API key of that user (typed unseen):")
        person.answer(odoo.key)
        assert "could not be reached" in person.until("Correct the answers and try again?")
        assert "connection" not in settings.load(workspace / "indberet.toml").connections
        assert not [name for name in files(workspace) if name.startswith("var")]
        person.answer("y")
        person.until("[http://127.0.0.1:1]:")
        person.answer(odoo.url)
        for question in ("[nordlys]:", "log-in", "Enter keeps the one given"):
            person.until(question)
            person.answer("")
        told = person.until("Is it the same?")
        assert "company       Nordlys Handel ApS, CVR 13585628" in told
        assert "Trial balance, 2026-09-01 – 2026-09-30" in told
        for amount in movements(date(2026, 9, 1)).values():
            assert f"{amount:,}".replace(",", " ") in told
        person.answer("y")
        person.until("Take 2 VAT codes and 28 accounts?")
        person.answer("show")
        assert "Accounts" in person.until("Take 2 VAT codes and 28 accounts?")
        person.answer("")
        assert person.end() == 0
        assert "Wrote 30 rows to" in person.shown
        assert "Next: `indberet check`" in person.shown
    assert KEY not in person.shown
    text = (workspace / "indberet.toml").read_text()
    assert text.startswith(SETTINGS.rstrip())
    assert KEY not in text
    secret = workspace / "secrets" / "books.key"
    assert secret.read_text().strip() == KEY
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert (workspace / "secrets" / ".gitignore").read_text() == "*\n"
    (connection,) = settings.load(workspace / "indberet.toml").connections
    assert (connection.connection_id, connection.system) == ("books", "odoo")

    mapping = workspace / "mapping-nordlys.csv"
    edited = mapping.read_text().replace("ydelser,1010,", "ydelser,1050,", 1)
    assert edited != mapping.read_text()
    mapping.write_text(edited)
    again = invoke(workspace, "connect", "--company", "nordlys", "--accept")
    assert again.exit_code == 0, again.output
    assert mapping.read_text() == edited
    rows = list(csv.DictReader(edited.splitlines()))
    assert len({(row["kind"], row["code"]) for row in rows}) == len(rows) == 30


def test_a_script_connects(workspace: Path, odoo: Odoo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NORDLYS_KEY", odoo.key)
    done = invoke(
        workspace, "connect", "odoo", "--company", "nordlys", "--set", f"url={odoo.url}",
        "--set", "database=nordlys", "--secret", "key=env:NORDLYS_KEY", "--month", "2026-08",
        "--accept", "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    facts = json.loads(done.output)
    found = {row["account"]: Decimal(row["movement"]) for row in facts["trial_balance"]}
    assert found == movements(date(2026, 8, 1))
    assert facts["month"] == "2026-08"
    assert facts["found"]["registration_number"] == "13585628"
    assert facts["left"] == 0
    assert 'key = { env = "NORDLYS_KEY" }' in (workspace / "indberet.toml").read_text()
    assert not (workspace / "secrets").exists()


def invoke(workspace: Path, *arguments: str) -> Any:
    path = str(workspace / "indberet.toml")
    return CliRunner(env={"COLUMNS": "1000"}).invoke(app, ["--settings", path, *arguments])


BOTH = ["--set", "path=main.journal"]
REFUSED = {
    "a system there is not": (
        ["connect", "odo"],
        'There is no system "odo". Did you mean "odoo"? Valid: ',
    ),
    "no company said": (
        ["connect", "hledger", *BOTH],
        "Say which company with --company. Companies: nordlys, skov.",
    ),
    "nothing given": (
        ["connect", "odoo", "--company", "nordlys"],
        ("Odoo needs more than was given (url: address of the server, as https://company.odoo.com; "
        "database: name of the database; key: an API key of that user). Add --set key=value, and "
        "for a secret --secret key=env:NAME or key=file:PATH."),
    ),
    "an option there is not": (
        ["connect", "hledger", "--company", "nordlys", "--set", "pat=main.journal"],
        "hledger journal, or its JSON has no option pat. Options: path, ",
    ),
    "a secret on the command line": (
        ["connect", "odoo", "--company", "nordlys", "--set", "key=abcdef"],
        ("key is a secret: on the command line it would stay in the shell's history. Give --secret "
        "key=env:NAME or key=file:PATH."),
    ),
    "a secret in place of where it is": (
        ["connect", "odoo", "--company", "nordlys", "--secret", "key=abcdef"],
        ("--secret key must say where the secret is: key=env:NAME or key=file:PATH. A secret on "
        "the command line would stay in the shell's history."),
    ),
    "a month there is not": (
        ["connect", "hledger", "--company", "nordlys", *BOTH, "--month", "2026-13"],
        "--month is '2026-13', which is no month. Write it as 2026-10.",
    ),
    "a name that is none": (
        ["connect", "hledger", "--company", "nordlys", *BOTH, "--id", "../books"],
        ("--id '../books' is no name for a connection, which names folders. Use letters, digits, "
        "_, . and -."),
    ),
    "a file that is not there": (
        ["connect", "hledger", "--company", "nordlys", "--set", "path=gone.journal"],
        "Connection nordlys: no file at ",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_leaves_everything_as_it_was(workspace: Path, case: str) -> None:
    arguments, message = REFUSED[case]
    before = files(workspace)
    done = invoke(workspace, *arguments)
    assert done.exit_code == 1
    assert f"Stopped. {message}" in done.output
    assert "abcdef" not in done.output
    assert files(workspace) == before


def test_another_companys_books_are_refused(workspace: Path, odoo: Odoo) -> None:
    (workspace / "key").write_text(odoo.key)
    before = files(workspace)
    done = invoke(
        workspace, "connect", "odoo", "--company", "skov", "--set", f"url={odoo.url}",
        "--set", "database=nordlys", "--secret", "key=file:key",
    )  # fmt: skip
    assert done.exit_code == 1
    assert (
        "Stopped. These books are Nordlys Handel ApS's (13585628), but the settings say that skov "
        "is Skov ApS (10150817). Nothing was written; use the credentials or file of the right "
        "company, or correct the cvr in indberet.toml."
    ) in done.output
    assert files(workspace) == before


def test_a_right_that_only_a_pull_meets_is_named_before_anything_is_written(
    workspace: Path, odoo: Odoo
) -> None:
    (workspace / "key").write_text(odoo.key)
    before = files(workspace)
    odoo.faults.append(Fault("status", path="account.move.line", status=403, times=99))
    done = invoke(
        workspace, "connect", "odoo", "--company", "nordlys", "--set", f"url={odoo.url}",
        "--set", "database=nordlys", "--secret", "key=file:key",
    )  # fmt: skip
    assert done.exit_code == 1
    assert "does not let" in done.output
    assert "Give its user the group Accounting / Read-only (Auditor)" in done.output
    assert files(workspace) == before


def test_a_taken_name_and_a_second_ledger_are_refused_before_anything_is_asked(
    workspace: Path,
) -> None:
    path = workspace / "indberet.toml"
    path.write_text(
        f'{SETTINGS}\n[[connection]]\nid = "books"\ncompany = "nordlys"\nsystem = "hledger"\n'
        'path = "main.journal"\n'
    )
    before = files(workspace)
    done = invoke(workspace, "connect", "hledger", "--company", "skov", *BOTH, "--id", "books")
    assert (
        f"Stopped. There is a connection books already. Choose another --id, or edit {path}; "
        "`indberet doctor connection books` says how it stands."
    ) in done.output
    with Terminal("connect", "odoo", "--company", "nordlys", folder=workspace) as person:
        assert person.end() == 1
    assert (
        "Stopped. Nordlys Handel ApS has its ledger in the connection books (hledger) already, and "
        f"a second one would count every figure twice. Remove that one from {path} first, or give "
        "this one a company of its own with --company."
    ) in person.shown
    assert "Address" not in person.shown
    assert files(workspace) == before


def test_stopping_leaves_everything_as_it_was(workspace: Path) -> None:
    before = files(workspace)
    with Terminal("connect", "odoo", "--company", "nordlys", folder=workspace) as person:
        person.until("Address")
        person.answer("http://127.0.0.1:1")
        person.until("database")
        person.answer("nordlys")
        person.until("log-in")
        person.answer("")
        person.until("typed unseen")
        person.answer("a-secret-key")
        person.until("try again?")
        person.answer("n")
        assert person.end() == 1
    assert "Nothing was written." in person.shown
    assert "a-secret-key" not in person.shown
    assert files(workspace) == before


def test_a_file_shows_its_newest_month_when_the_last_one_has_no_vouchers(tmp_path: Path) -> None:
    (tmp_path / "main.journal").write_text(JOURNAL)
    connection = Connection("b", "n", "hledger", {"path": "main.journal"}, str(tmp_path))
    connector, month = registry.load("hledger"), first_month.whole(date(2026, 10, 1))
    read = first_month.read(connector, connection, month, silent, is_fixed=False)
    assert read.first == date(2026, 9, 1)
    assert [row["movement"] for row in read.rows] == [Decimal("20.50"), Decimal("-20.50")]
    assert first_month.read(connector, connection, month, silent, is_fixed=True).rows == []


class Consenting(Xero):
    """Xero with its consent page's other half: a code for a refresh token."""

    code, challenge = "the-code", ""

    def _token(self, asked: Asked) -> Answer:
        form = dict(parse_qsl(asked.body.decode()))
        if form.get("grant_type") != "authorization_code":
            return super()._token(asked)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        is_theirs = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.challenge
        if form["code"] != self.code or not is_theirs:
            return Answer({"error": "invalid_grant"}, 400)
        return Answer({"access_token": "short", "refresh_token": self.consent(), "expires_in": 1})


def visit(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_a_person_consents_in_a_browser_and_finds_another_balance(workspace: Path) -> None:
    with Consenting() as xero:
        (workspace / "app").write_text(xero.client_secret)
        arguments = [
            "connect", "xero", "--company", "nordlys", "--set", f"client_id={xero.client_id}",
            "--secret", "client_secret=file:app", "--set", f"url={xero.base}",
            "--set", f"token_url={xero.token_url}",
        ]  # fmt: skip
        with Terminal(*arguments, folder=workspace) as person:
            told = person.until("Waiting")
            page = next(line for line in told.splitlines() if line.startswith("https://"))
            asked = {name: values[0] for name, values in parse_qs(urlsplit(page).query).items()}
            assert "offline_access" in asked["scope"]
            xero.challenge = asked["code_challenge"]
            back = asked["redirect_uri"]
            assert visit(f"{back}?{urlencode({'code': xero.code, 'state': 'forged'})}") == 404
            told_back = {"code": xero.code, "state": asked["state"]}
            assert visit(f"{back}?{urlencode(told_back)}") == 200
            told = person.until("Is it the same?")
            assert "Nordlys Handel ApS, CVR 13585628" in told
            person.answer("n")
            assert person.end() == 3
        assert "`indberet doctor connection nordlys` looks for what is wrong" in person.shown
        secret = workspace / "secrets" / "nordlys.refresh_token"
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
        assert not any(one in person.shown for one in xero.secrets())
        (reference,) = settings.load(workspace / "indberet.toml").connections
        found = settings.load(workspace / "indberet.toml").connection(reference)
        assert isinstance(found.options["refresh_token"], Secret)
        assert registry.load("xero").discover(found).registration_number == books.CVR


def test_a_script_cannot_consent(workspace: Path) -> None:
    (workspace / "app").write_text("x")
    before = files(workspace)
    done = invoke(
        workspace, "connect", "xero", "--company", "nordlys", "--set", "client_id=a",
        "--secret", "client_secret=file:app",
    )  # fmt: skip
    assert (
        "Stopped. Xero needs a person's consent in a browser. Run `indberet connect xero` on a "
        "terminal, or give --secret refresh_token=file:PATH with a refresh token."
    ) in done.output
    assert files(workspace) == before
