"""Bad input through the command line: the exact message, and the last good data still answers.

One small workspace is made once, pulled and reported; each case breaks a copy of it.
"""

import errno
import json
import shutil
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from typer.testing import CliRunner, Result

from pipelines.cli import app
from tests.certificates import make_credentials
from tests.errors.corpus import expected
from tests.saft_writer import Book, Line, Tax, Voucher, sale
from warehouse.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SETTINGS = """\
[demo]
today = 2026-10-15

[[company]]
id = "nordlys"
name = "Nordlys ApS"
cvr = "10150817"
vat_frequency = "quarter"

[[connection]]
id = "books"
company = "nordlys"
system = "saft"
path = "books.xml"

[mapping.nordlys]
accounts = { "1000" = "1010", "5600" = "6190", "7680" = "7680", "2000" = "2240" }
vat_codes = { "S25" = "S01" }
"""
GOOD = Book([sale(str(n), f"2026-07-{n:02}", "1000") for n in range(1, 8)])
KEPT = ("warehouse/**/*.parquet", "warehouse/manifest.json", "filings/**/*",
        "landed/*/position.json", "landed/*/loads/**/*")  # fmt: skip


def indberet(folder: Path, *arguments: str) -> Result:
    """One command in this process; anything but an exit code is a crash and fails the test."""
    path = str(folder / "indberet.toml")
    result = CliRunner().invoke(app, ["--settings", path, *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert "Traceback" not in result.output
    assert "unforeseen" not in result.output
    return result


def kept(folder: Path) -> dict[str, bytes]:
    """Every byte that must still be there: ledger, reports, filings, landed loads."""
    found = {p for pattern in KEPT for p in (folder / "var").glob(pattern) if p.is_file()}
    assert found
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(found)}


def answers(folder: Path) -> str:
    """What the ledger and the reports answer, as a person asks."""
    figure = indberet(folder, "explain", "nordlys", "2026-Q3", "1", "--json")
    assert figure.exit_code == 0
    ledger = json.loads(indberet(folder, "status", "--json").stdout)["ledger"]
    assert ledger[0]["vouchers"] == 7
    return figure.stdout


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("good") / "workspace"
    folder.mkdir()
    (folder / "indberet.toml").write_text(SETTINGS)
    (folder / "books.xml").write_bytes(GOOD.write())
    assert indberet(folder, "pull").exit_code == 0
    done = indberet(folder, "report", "--period", "2026-Q3", "--json")
    assert done.exit_code == 0, done.output
    (report,) = json.loads(done.stdout)[0]["reports"]
    assert report["state"] == "ready"
    return folder


@pytest.fixture
def workspace(good: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    shutil.copytree(good, folder)
    return folder


def message(result: Result) -> str:
    """The one message of a command that failed."""
    error: dict[str, str] = json.loads(result.stdout)["error"]
    assert error["message"] in result.stderr
    return error["message"]


XML = GOOD.write()
DK = b'<AuditFile xmlns="urn:StandardAuditFile-Taxation-Financial:DK">\n<Header>'
BOMB = b'<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><a>&b;</a>'
OUTSIDE = b'<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><a>&a;</a>'

FILES: dict[str, tuple[str, bytes]] = {
    "truncated": ("saft-truncated", XML[: len(XML) // 2]),
    "not XML": ("saft-not-xml", b"Konto;Bel\xf8b"),
    "wrong encoding": ("saft-encoding", XML.replace("Å".encode(), b"\xc5")),
    "entity bomb": ("saft-doctype", BOMB),
    "external entity": ("saft-doctype", OUTSIDE),
    "endless line": ("saft-huge-value", DK + b"x" * (9 << 20)),
    "no company number": (
        "saft-header-incomplete",
        XML.replace(b"<RegistrationNumber>10150817</RegistrationNumber>", b"", 1),
    ),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_cannot_be_read_leaves_the_last_good_books(workspace: Path, case: str) -> None:
    corpus, content = FILES[case]
    before, figures = kept(workspace), answers(workspace)
    path = workspace / "books.xml"
    path.write_bytes(content)
    result = indberet(workspace, "pull", "--json")
    assert result.exit_code == 1
    told = message(result)
    line = told.partition(f"{path}:")[2].partition(":")[0]
    detail = told.rpartition("(")[2].partition(")")[0]
    assert told == expected("sources", corpus, path=path, line=line, detail=detail)
    assert kept(workspace) == before
    assert answers(workspace) == figures
    (source,) = json.loads(indberet(workspace, "status", "--json").stdout)["sources"]
    assert (source["loads"], source["problem"]) == (1, told)


def settings(folder: Path, *changes: tuple[str, str]) -> None:
    """Change the workspace's settings."""
    path = folder / "indberet.toml"
    text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text)


def test_a_company_without_cvr_is_refused_and_nothing_is_touched(workspace: Path) -> None:
    before = kept(workspace)
    settings(workspace, ('cvr = "10150817"\n', ""))
    for command in (["pull"], ["report"], ["status"]):
        result = indberet(workspace, *command, "--json")
        assert result.exit_code == 1
        path = workspace / "indberet.toml"
        assert message(result) == expected("settings", "company-without-cvr", path=path)
    assert kept(workspace) == before


def test_two_connections_that_claim_one_company_are_refused(workspace: Path) -> None:
    before = kept(workspace)
    second = (
        '[[connection]]\nid = "new-books"\ncompany = "nordlys"\nsystem = "saft"\n'
        'path = "books.xml"\n\n[mapping.nordlys]'
    )
    settings(workspace, ('id = "books"', 'id = "old-books"'), ("[mapping.nordlys]", second))
    result = indberet(workspace, "pull", "--json")
    assert result.exit_code == 1
    path = workspace / "indberet.toml"
    assert message(result) == expected("settings", "two-connections", path=path)
    assert kept(workspace) == before


@pytest.mark.parametrize("place", ["variable", "file"])
def test_a_missing_secret_is_named_and_the_last_good_books_stay(
    workspace: Path, place: str
) -> None:
    before, figures = kept(workspace), answers(workspace)
    reference = '{ env = "INDBERET_TEST_MISSING" }' if place == "variable" else '{ file = "key" }'
    server = f'system = "tryton"\nurl = "http://127.0.0.1:9"\ndatabase = "b"\nkey = {reference}\n'
    settings(workspace, ('system = "saft"\npath = "books.xml"\n', server))
    result = indberet(workspace, "pull", "--json")
    assert result.exit_code == 1
    wanted = expected("settings", f"secret-{place}-missing", key="key", file=workspace / "key")
    assert message(result) == wanted
    assert kept(workspace) == before
    assert answers(workspace) == figures


CHANNEL = """
[delivery]
channel = "skat"

[channel.skat]
kind = "skat"
urls = { draft = "http://127.0.0.1:9/", receipt = "http://127.0.0.1:9/", calendar = "http://127.0.0.1:9/" }
certificate = { file = "ended.p12" }
password = { file = "password" }
trusted = { file = "authority.pem" }
"""  # noqa: E501 - TOML keeps an inline table on one line


def test_an_expired_certificate_sends_nothing_and_the_filing_keeps_its_approval(
    workspace: Path,
) -> None:
    ended = make_credentials("ended", end=datetime(2026, 3, 1, tzinfo=UTC))
    (workspace / "ended.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"ended", ended.key, ended.certificate, None, BestAvailableEncryption(b"opensesame")
        )
    )
    (workspace / "password").write_text("opensesame")
    pem = make_credentials("authority").certificate.public_bytes(Encoding.PEM)
    (workspace / "authority.pem").write_bytes(pem)
    settings(workspace, ("[[company]]", f"{CHANNEL}\n[[company]]"))
    assert indberet(workspace, "approve", "--as", "Ada", "--period", "2026-Q3").exit_code == 0
    before, figures = kept(workspace), answers(workspace)
    result = indberet(workspace, "deliver", "--period", "2026-Q3", "--json")
    wanted = expected("skat", "certificate-expired", path=workspace / "ended.p12")
    assert wanted in result.stdout
    assert result.exit_code == 3
    after = kept(workspace)  # what the warehouse shows of filings is new; nothing else is
    is_shown = ("manifest.json", "/filing/", "/delivery/", "/receipt/", "/obligation/")
    same = {name for name in before if not any(part in name for part in is_shown)}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert answers(workspace) == figures
    status = json.loads(indberet(workspace, "status", "--json").stdout)
    (filing,) = status["filings"]
    assert filing["state"] == "approved"
    (certificate,) = status["certificate"]
    assert certificate.startswith(f"error: {workspace / 'ended.p12'}: The certificate expired on ")


def _no_space(*_arguments: object, **_options: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("call", ["write_table", "close"])
def test_a_full_disk_leaves_the_last_good_books(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    before, figures = kept(workspace), answers(workspace)
    more = replace(GOOD, vouchers=[*GOOD.vouchers, sale("8", "2026-08-01", "1000")])
    (workspace / "books.xml").write_bytes(more.write())
    with monkeypatch.context() as patch:
        patch.setattr(pq.ParquetWriter, call, _no_space)
        result = indberet(workspace, "pull", "--json")
    assert result.exit_code == 1
    what = message(result).removeprefix("Tried to ").partition(":")[0]
    assert "books" in what
    assert message(result) == expected("sources", "disk-full", what=what)
    assert kept(workspace) == before
    assert answers(workspace) == figures
    assert indberet(workspace, "pull").exit_code == 0  # room was made
    (ledger,) = json.loads(indberet(workspace, "status", "--json").stdout)["ledger"]
    assert ledger["vouchers"] == 8


def test_a_disk_full_before_anything_began_is_named(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite, which keeps the runs, says it in words of its own."""

    def begin(*_arguments: object, **_options: object) -> None:
        raise sa.exc.OperationalError("INSERT", {}, sqlite3.OperationalError(
            "database or disk is full"
        ))  # fmt: skip

    before = kept(workspace)
    with monkeypatch.context() as patch:
        patch.setattr(dg.DagsterInstance, "get", begin)
        result = indberet(workspace, "pull", "--json")
    assert result.exit_code == 1
    assert message(result) == expected("sources", "disk-full-anywhere", folder=workspace)
    assert kept(workspace) == before


@pytest.mark.parametrize("place", ["env", "file"])
def test_a_secret_is_written_nowhere(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Not on the screen, in Dagster's records, in logs or in evidence, also when a pull fails."""
    secret = "hemmelig-4711-hemmelig"
    monkeypatch.setenv("INDBERET_TEST_KEY", secret)
    outside = workspace.parent / "key"
    outside.write_text(secret)
    reference = '{ env = "INDBERET_TEST_KEY" }' if place == "env" else f'{{ file = "{outside}" }}'
    server = (
        'system = "tryton"\nurl = "http://127.0.0.1:9"\ndatabase = "b"\nattempts = 1\n'
        f"key = {reference}\n"
    )
    settings(workspace, ('system = "saft"\npath = "books.xml"\n', server))
    said = ""
    for command in (["connect"], ["pull"], ["pull", "--json"], ["status"], ["export"]):
        to = ["--to", str(workspace / "export")] if command == ["export"] else []
        said += indberet(workspace, *command, *to).output
    assert "127.0.0.1:9" in said
    assert secret not in said
    written = [path for path in workspace.rglob("*") if path.is_file()]
    assert len(written) > 20
    assert not [path for path in written if secret.encode() in path.read_bytes()]


MAPPING = """\
[postings.columns]
voucher_number = "Bilag"
date = "Dato"
account = "Konto"
amount = "Beløb"
"""


def test_a_file_whose_every_row_was_left_out_does_not_pass_for_read(tmp_path: Path) -> None:
    delimited = SETTINGS.replace('"saft"', '"delimited"').replace(
        'path = "books.xml"', 'path = "books.csv"\nmapping = "mapping.toml"'
    )
    (tmp_path / "indberet.toml").write_text(delimited)
    (tmp_path / "mapping.toml").write_text(MAPPING)
    (tmp_path / "books.csv").write_text("Bilag;Dato;Konto;Beløb\n1;i går;1000;1,00\n")
    for _ in range(2):  # an unchanged file is not read again, and stays wrong
        result = indberet(tmp_path, "pull", "--json")
        assert result.exit_code == 3
        (source,) = json.loads(result.stdout)["sources"]
        assert source["errors"]
        assert source["problem"] == ""


def lopsided() -> Voucher:
    return Voucher("7", "2026-08-01", [Line("5600", Decimal(1000)), Line("2000", Decimal(-900))])


def unknown_code() -> Voucher:
    tax = Tax("K010", None, "0")
    lines = [Line("2000", Decimal(500), tax=tax)] * 2
    return Voucher("2", "2026-08-01", [*lines, Line("5600", Decimal(-1000))])


BAD = [lopsided(), unknown_code(), sale("0", "1900-01-01", "100"),
       sale("1", "2026-08-01", "100"), sale("1", "2026-08-02", "100")]  # fmt: skip
CONTENT = {
    "source.duplicate_voucher": ("sources", "duplicate-voucher", "1"),
    "voucher-unbalanced": ("rules", "voucher-unbalanced", "7"),
    "vat-code-missing": ("rules", "vat-code-missing", "2"),
    "date-implausible": ("rules", "date-implausible", "0"),
}


@pytest.fixture(scope="module")
def bad(good: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes], Any]:
    """Books with everything wrong that can still be read; their filings before, their report."""
    folder = tmp_path_factory.mktemp("bad") / "workspace"
    shutil.copytree(good, folder)
    filings = {name: content for name, content in kept(folder).items() if "filings/" in name}
    (folder / "books.xml").write_bytes(replace(GOOD, vouchers=BAD).write())
    assert indberet(folder, "pull").exit_code == 3
    result = indberet(folder, "report", "--period", "2026-Q3", "--json")
    assert result.exit_code == 3
    (report,) = json.loads(result.stdout)[0]["reports"]
    return folder, filings, report


@pytest.mark.parametrize("rule", CONTENT)
def test_bad_books_are_read_and_named(bad: tuple[Path, dict[str, bytes], Any], rule: str) -> None:
    folder = bad[0]
    area, case, number = CONTENT[rule]
    with Store(folder / "var" / "warehouse").connect() as con:
        told = con.execute(
            "SELECT message FROM finding WHERE rule = ? AND severity = 'error'", [rule]
        ).fetchall()
    lines = _lines((folder / "books.xml").read_bytes(), number)
    wanted = expected(area, case, line=lines[-1], first=lines[0])
    for place in ("sales.xml:88", "test:2", "test:0"):
        wanted = wanted.replace(place, f"books.xml:{lines[0]}")
    assert told == [(wanted,)]


def test_bad_books_are_withheld_and_no_filing_byte_is_lost(
    bad: tuple[Path, dict[str, bytes], Any],
) -> None:
    folder, filings, report = bad
    assert report["state"] == "withheld"
    assert any(rule in report["reason"] for rule in CONTENT)
    after = kept(folder)
    assert filings
    assert {name: after[name] for name in filings} == filings
    states = {
        f["state"] for f in json.loads(indberet(folder, "status", "--json").stdout)["filings"]
    }
    assert not states & {"validated", "approved", "sent"}


def _lines(content: bytes, number: str) -> list[int]:
    """Where the vouchers with that number begin."""
    mark = f"<TransactionID>{number}<".encode()
    return [n for n, line in enumerate(content.split(b"\n"), 1) if mark in line]
