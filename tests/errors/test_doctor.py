"""What the doctor says of each trouble, to the letter."""

import json
import os
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import pytest
from cryptography.hazmat.primitives import serialization

from assets.sources import landing, pull_all, registry
from assets.sources.connector import silent
from assets.sources.parts.odoo.server import SERVICE
from assets.workspace import Workspace
from pipelines import settings
from pipelines.commands import doctor, doctor_answers, doctor_checks, doctor_server, replaying
from pipelines.commands.call import Call
from pipelines.output import Output
from tests.certificates import make_credentials
from tests.errors.corpus import expected
from tests.simulators import odoo_books
from tests.simulators.base import Fault
from tests.simulators.odoo import KEY, Odoo
from tests.unit.pipelines.test_suggest import TABLES
from tests.unit.sources.books import Books
from warehouse.errors import PermanentError, SettingsError, TransientError

SETTINGS = """
[[company]]
id = "one"
name = "One ApS"
cvr = "{cvr}"

[[connection]]
id = "books"
company = "one"
system = "odoo"
url = "{url}"
database = "nordlys"
key = {{ {key} }}
"""


@pytest.fixture
def odoo() -> Iterator[Odoo]:
    with Odoo(odoo_books.database("19.0")) as running:
        yield running


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_text(KEY)
    path.chmod(0o600)
    return path


def workspace(
    folder: Path, url: str, *, key: str = 'file = "key"', cvr: str = "13585628"
) -> Workspace:
    path = folder / "indberet.toml"
    path.write_text(SETTINGS.format(url=url, key=key, cvr=cvr))
    return settings.load(path)


def checked(found: Workspace) -> dict[str, str]:
    """What each check that is not well says, by what it is about."""
    rows = doctor.examined(found, found.connections)
    return {
        one.check: f"{one.check} | {one.found} | {one.remedy}"
        for one in rows
        if one.state != "well"
    }


def test_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "indberet.toml"
    text = SETTINGS.format(url="", key='env = "X"', cvr="13585628").replace("url", "ur")
    path.write_text(text)
    assert doctor.doctor(Call(path, (), Output(is_json=True)), "connection", []) == 3
    keys = ", ".join(["id", "company", "system", *registry.load("odoo").options])
    told = expected("doctor", "doctor-settings", file=path, keys=keys)
    assert capsys.readouterr().out.count(told.split(" | ")[1].replace('"', '\\"')) == 1


def test_secrets(tmp_path: Path, key: Path) -> None:
    found = workspace(tmp_path, "http://127.0.0.1:1", key='env = "NOT_THERE"')
    assert checked(found)["secret key"] == expected("doctor", "doctor-secret-variable")
    found = workspace(tmp_path, "http://127.0.0.1:1", key='file = "gone"')
    told = expected("doctor", "doctor-secret-file", file=tmp_path / "gone")
    assert checked(found)["secret key"] == told
    found = workspace(tmp_path, "http://127.0.0.1:1")
    key.chmod(0o644)
    assert checked(found)["secret key"] == expected("doctor", "doctor-secret-open", file=key)
    key.write_text("\n")
    assert checked(found)["secret key"] == expected("doctor", "doctor-secret-empty", file=key)


def test_tokens(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    path.write_text("{")
    path.chmod(0o644)
    first, second = doctor_checks.tokens("books", path)
    assert f"{first.check} | {first.found} | {first.remedy}" == expected(
        "doctor", "doctor-tokens-open", file=path
    )
    assert f"{second.check} | {second.found} | {second.remedy}" == expected(
        "doctor", "doctor-tokens", file=path
    )


def way(url: str, *, later: timedelta = timedelta(0), timeout: float = 2) -> str:
    *_, last = doctor_server.way(url, datetime.now(UTC) + later, timeout)
    return f"{last.check} | {last.found} | {last.remedy}"


def test_the_way_to_the_server(odoo: Odoo, monkeypatch: pytest.MonkeyPatch) -> None:
    where = urlsplit(odoo.url).netloc
    assert way("tryton.example.dk") == expected("doctor", "doctor-address")
    assert way("https://nowhere.invalid/x") == expected("doctor", "doctor-name")
    assert way("http://127.0.0.1:1") == expected("doctor", "doctor-port", where="127.0.0.1:1")
    told = way(f"https://{where}")
    why = told.partition("(")[2].partition(")")[0]
    assert told == expected("doctor", "doctor-no-tls", where=where, why=why)
    assert way(odoo.url, later=timedelta(minutes=-10)) == expected("doctor", "doctor-clock")
    assert way(odoo.url, later=timedelta(minutes=4)) == f"server | {where} answers. | "
    odoo.faults.append(Fault("hang", at=1, seconds=1))
    assert way(odoo.url, timeout=0.2) == expected("doctor", "doctor-hangs", where=where)
    assert not any(request.headers.get("authorization") for request in odoo.seen)


def test_a_certificate_nobody_signed(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made = make_credentials("nobody")
    (tmp_path / "server.pem").write_bytes(
        made.certificate.public_bytes(serialization.Encoding.PEM)
        + made.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context.load_cert_chain(tmp_path / "server.pem")
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        where = f"127.0.0.1:{server.server_address[1]}"
        assert way(f"https://{where}") == expected("doctor", "doctor-certificate", where=where)
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("about", "status"), [("credentials", 401), ("rights", 403), ("interface", 410)]
)
def test_refusals(tmp_path: Path, key: Path, odoo: Odoo, about: str, status: int) -> None:
    odoo.faults.append(Fault("status", path="/web/version", status=status, times=9))
    odoo.faults.append(Fault("status", path="/jsonrpc", status=status, times=9))
    assert checked(workspace(tmp_path, odoo.url))[about] == expected(
        "doctor", f"doctor-{about}", where=odoo.url, refused=SERVICE.refused,
        forbidden=SERVICE.forbidden,
    )  # fmt: skip


def test_another_company_and_no_year(tmp_path: Path, key: Path, odoo: Odoo) -> None:
    found = replace(
        workspace(tmp_path, odoo.url, cvr="10150817"), fixed_today=date(2027, 2, 1)
    )  # fmt: skip
    told = checked(found)
    assert told["company"] == expected("doctor", "doctor-company")
    assert told["fiscal year"] == expected("doctor", "doctor-year")
    assert told["last pull"] == expected("doctor", "doctor-never")


def test_a_server_that_hangs_costs_seconds(
    tmp_path: Path, key: Path, odoo: Odoo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor_answers, "PATIENCE", 0.3)
    odoo.faults.append(Fault("hang", at=2, seconds=2, times=9))
    started = time.monotonic()
    assert checked(workspace(tmp_path, odoo.url))["server"] == expected("doctor", "doctor-slow")
    assert time.monotonic() - started < 2


def test_no_secret_is_shown(
    tmp_path: Path, key: Path, odoo: Odoo, capsys: pytest.CaptureFixture[str]
) -> None:
    found = workspace(tmp_path, odoo.url)
    doctor.doctor(Call(found.settings, (), Output()), "connection", [])
    odoo.revoke()
    doctor.doctor(Call(found.settings, (), Output(is_json=True)), "connection", [])
    told = capsys.readouterr()
    assert "WRONG" not in told.out.partition("[{")[0]
    assert '"state": "wrong"' in told.out
    assert not any(secret in told.out + told.err for secret in odoo.secrets())


def test_pulls(tmp_path: Path, key: Path) -> None:
    found = workspace(tmp_path, "http://127.0.0.1:1")
    (reference,) = found.connections
    landed = found.folder("landed")

    class Down(Books):
        def pull(self, *_: Any) -> Any:
            raise TransientError("The server is down.")

    result = landing.land(Books(), reference_connection(found), landed, silent)
    assert result.load_id
    when = time.time() - 9 * 86_400
    for path in (landed / "books").rglob("*"):
        os.utime(path, (when, when))
    told = [f"{c.check} | {c.found} | {c.remedy}" for c in doctor_checks.pulled(found, reference)]
    moment = f"{datetime.fromtimestamp(when, UTC):%Y-%m-%d %H:%M}"
    assert told == [
        expected("doctor", "doctor-old", when=moment).replace(
            "3 records", f"{result.records} records"
        )
    ]
    (landed / "books" / "failed").mkdir()
    (landed / "books" / "failure.json").write_text('{"message": "The server is down."}')
    assert pull_all.failed(found) == {"books": "The server is down."}
    first = next(doctor_checks.pulled(found, reference))
    assert f"{first.check} | {first.found} | {first.remedy}" == expected(
        "doctor", "doctor-last-pull", folder=landed / "books" / "failed"
    )


def reference_connection(found: Workspace) -> Any:
    return found.connection(found.connections[0])


def test_totals_and_mappings(tmp_path: Path) -> None:
    found = workspace(tmp_path, "http://127.0.0.1:1", key='env = "X"')
    reference = replace(found.connections[0], company_id="a")
    con = duckdb.connect()
    con.execute("""CREATE TABLE control_total AS FROM (VALUES
        ('a', 'books', 'account', '1010', 100.00, 90.00), ('a', 'books', 'count', 'x', 1, 1))
        t(company_id, connection_id, kind, subject, declared, found)""")
    con.execute(TABLES)
    (total,) = doctor_checks.totals(con, reference)
    assert f"{total.check} | {total.found} | {total.remedy}" == expected("doctor", "doctor-total")
    (mapped,) = doctor_checks.mapped(con, replace(reference, company_id="a"))
    assert f"{mapped.check} | {mapped.found} | {mapped.remedy}" == expected(
        "doctor", "doctor-mapping"
    ).replace("4 accounts", "3 accounts")


def replayed(found: Workspace, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    code = replaying.replay(Call(found.settings, (), Output(is_json=True)), ["books"])
    (told,) = json.loads(capsys.readouterr().out)
    return code, told


def test_replay(tmp_path: Path, key: Path, odoo: Odoo, capsys: pytest.CaptureFixture[str]) -> None:
    found = workspace(tmp_path, odoo.url)
    code, told = replayed(found, capsys)
    assert (code, told["problem"]) == (3, expected("doctor", "replay-none"))
    connection, landed = reference_connection(found), found.folder("landed")
    landing.land(registry.load("odoo"), connection, landed, silent)
    odoo.stop()
    code, told = replayed(found, capsys)
    assert (code, told["problem"], told["again"]) == (0, "", told["load_id"])
    workspace(tmp_path, odoo.url + "/other")
    code, told = replayed(found, capsys)
    what = told["problem"].partition("none for ")[2].partition(": the conn")[0]
    assert told["problem"] == expected("doctor", "replay-otherwise", what=what)
    assert code == 3
    workspace(tmp_path, odoo.url)
    path = min((landed / "books").glob("loads/*/raw/*"))
    path.write_bytes(b"x" + path.read_bytes())
    assert replayed(found, capsys)[1]["problem"] == expected("doctor", "replay-damaged", path=path)
    path.unlink()
    assert replayed(found, capsys)[1]["problem"] == expected("doctor", "replay-gone", path=path)


def test_replay_of_files_and_of_a_name_there_is_not(tmp_path: Path) -> None:
    found = workspace(tmp_path, "http://127.0.0.1:1", key='env = "X"')
    call = Call(found.settings, (), Output())
    with pytest.raises(
        SettingsError, match=r'There is no connection "book"\. Did you mean "books"\?'
    ):
        replaying.replay(call, ["book"])
    text = found.settings.read_text().partition("[[connection]]")[0]
    found.settings.write_text(
        f'{text}[[connection]]\nid = "books"\ncompany = "one"\nsystem = "hledger"\npath = "x"\n'
    )
    with pytest.raises(PermanentError) as caught:
        replaying.replay(call, [])
    assert str(caught.value) == expected("doctor", "replay-files")
