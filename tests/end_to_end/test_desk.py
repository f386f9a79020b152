"""The desk as it is served: every page, who may read, the log, and a real browser."""

import importlib
import json
import pkgutil
import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import requests
import uvicorn
from openlineage.client import generated
from openlineage.client.event_v2 import (
    InputDataset,
    Job,
    OutputDataset,
    Run,
    RunEvent,
    RunState,
)
from openlineage.client.serde import Serde

from assets.authority.service.reads import Read, Reads
from assets.desk.app import LOCAL, app
from assets.desk.asking import Desk
from assets.desk.database import Reading
from assets.desk.openlineage import PRODUCER, Ran, events
from assets.filings.annual.pdf import BROWSERS
from assets.workspace import Company
from tests import authority_sample as sample
from tests.accessible import faults
from tests.browser import browser
from warehouse.store import Store

NOW = datetime(2026, 6, 15, 10, tzinfo=UTC)
BAGERI = sample.BAGERI.cvr
KEY = sample.reference(sample.BAGERI, 4)
CASE = sample.case(sample.BAGERI, 2025)
OPEN = [
    "/", "/?q=havn", "/?q=21111171", "/?q=nobody", "/?state=late", "/?points=5", "/overview",
    "/statistics", "/statistics?measure=revenue&year=2025", "/reader?next=/company/1",
    "/lineage", "/lineage/table/company_figure", "/lineage/table/danish_annual_report",
    "/lineage/table/landed.posting", "/lineage/table/report_line/amount",
]  # fmt: skip
LOGGED = {
    f"/company/{BAGERI}": "company",
    f"/company/{sample.TOMRER.cvr}": "company",
    f"/company/{sample.OPHORT.cvr}": "company",
    f"/filing/{KEY}": f"filing {KEY}",
    "/filing/20250401000000001": "filing 20250401000000001",
    f"/filing/{CASE}": f"filing {CASE}",
    f"/filing/{CASE}/facts": f"facts {CASE}",
    f"/lineage/figure/{BAGERI}/2025/Revenue": "figure Revenue 2025",
    f"/lineage/check?cvr={BAGERI}&rule=vat-turnover-vs-revenue&end=2025-12-31&subject=":
        "check vat-turnover-vs-revenue",
    "/lineage/statistic?measure=revenue&year=2025&industry=all&size=all&region=all":
        "statistic revenue 2025",
    "/lineage/statistic?measure=revenue&year=2025&industry=C&size=all&region=all":
        "statistic revenue 2025",
}  # fmt: skip
MISSING = [
    "/nowhere", "/company/99999999", "/filing/none", "/lineage/table/none",
    "/lineage/table/report_line/none", f"/lineage/figure/{BAGERI}/1999/Revenue",
    f"/lineage/check?cvr={BAGERI}&rule=x&end=soon", "/lineage/statistic?measure=x",
]  # fmt: skip


@contextmanager
def serving(desk: Desk) -> Iterator[str]:
    """The desk on a free port; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app(desk, LOCAL), port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.started
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
        desk.reading.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("desk")
    sample.write(Store(made / "warehouse"))
    return made


@pytest.fixture(scope="module")
def reads(folder: Path) -> Reads:
    (folder / "authority").mkdir()
    return Reads(folder / "authority")


@pytest.fixture(scope="module")
def address(folder: Path, reads: Reads) -> Iterator[str]:
    desk = Desk(Reading(Store(folder / "warehouse")), lambda: NOW, "Prøvemyndigheden", reads)
    with serving(desk) as at:
        yield at


@pytest.fixture
def officer(address: str) -> requests.Session:
    session = requests.Session()
    said = {"name": "Birthe Holm", "case": "2026-114", "next": "/overview"}
    answer = session.post(f"{address}/reader", data=said, allow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/overview")
    assert all("HttpOnly" in cookie and "SameSite=strict" in cookie
               for cookie in [answer.headers["set-cookie"]])  # fmt: skip
    return session


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_page_is_whole_and_accessible(
    address: str, officer: requests.Session, language: str
) -> None:
    wrong = {}
    for page in [*OPEN, *LOGGED]:
        answer = officer.get(address + page, headers={"Accept-Language": language})
        assert answer.status_code == 200, page
        assert f'<html lang="{language}">' in answer.text
        assert "script-src" not in answer.headers["content-security-policy"]
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["cache-control"] == "no-store"
        if found := faults(answer.text):
            wrong[page] = found
    assert wrong == {}


def test_what_is_not_there_is_said_and_leads_on(address: str, officer: requests.Session) -> None:
    for page in MISSING:
        answer = officer.get(address + page)
        assert (answer.status_code, faults(answer.text)) == (404, []), page
        assert 'href="/"' in answer.text


def test_every_link_of_every_page_leads_somewhere(address: str, officer: requests.Session) -> None:
    seen: dict[str, str] = {}
    for page in [*OPEN, *LOGGED]:
        for link in re.findall(r'href="(/[^"#]*)', officer.get(address + page).text):
            seen.setdefault(link.replace("&amp;", "&"), page)
    broken = {}
    for link, page in seen.items():
        if link.startswith("/lineage/table/") and not link.startswith("/lineage/table/report"):
            continue  # drawn one by one in the unit tests
        if officer.get(address + link).status_code != 200:
            broken[link] = page
    assert len(seen) > 80
    assert broken == {}


def test_no_company_is_shown_before_the_reader_has_said_who_they_are(
    address: str, reads: Reads
) -> None:
    before = {cvr: reads.count(cvr) for cvr in (one.cvr for one in sample.COMPANIES)}
    for page in LOGGED:
        answer = requests.get(address + page, allow_redirects=False, timeout=20)
        assert answer.status_code == 303, page
        assert answer.headers["location"].startswith("/reader?next=")
        assert answer.content == b""
    for cookie in ("name=x", "name=&case=2", "rubbish", f"name={'x' * 81}&case=1"):
        answer = requests.get(
            f"{address}/company/{BAGERI}", cookies={"desk_reader": cookie},
            allow_redirects=False, timeout=20,
        )  # fmt: skip
        assert answer.status_code == 303, cookie
    assert before == {cvr: reads.count(cvr) for cvr in before}


def test_every_view_of_a_company_is_written_down(
    address: str, officer: requests.Session, reads: Reads
) -> None:
    for page, subject in LOGGED.items():
        officer.get(address + page)
        cvr = next((one.cvr for one in sample.COMPANIES if f"company/{one.cvr}" in page), None)
        if cvr is None:
            cvr = sample.FJORDVIND.cvr if "20250401" in page or "industry=all" in page else BAGERI
        last = reads.of(cvr, at_most=1)[0]
        assert (last.reader, last.purpose, last.what, last.subject, last.read_at) == (
            "Birthe Holm", "case 2026-114", "page", subject, NOW,
        )  # fmt: skip
    everyone = [one.cvr for one in (sample.NORDLYS, sample.BAGERI, sample.FJORDVIND)]
    counts = {cvr: reads.count(cvr) for cvr in everyone}
    officer.get(
        f"{address}/lineage/statistic?measure=revenue&year=2025&industry=all&size=all&region=all"
    )
    assert {cvr: reads.count(cvr) - 1 for cvr in everyone} == counts


def test_what_cannot_be_written_down_is_not_shown(folder: Path) -> None:
    class Broken:
        def log(self, *reads: Read) -> None:
            raise OSError(28, "No space left on device")

        def of(self, cvr: str, *, at_most: int = 100, skip: int = 0) -> list[Read]:
            return []

        def count(self, cvr: str) -> int:
            return 0

    reading = Reading(Store(folder / "warehouse"))
    with serving(Desk(reading, lambda: NOW, "Desk", Broken())) as at:
        for page in LOGGED:
            answer = requests.get(at + page, cookies={"desk_reader": "name=x&case=1"}, timeout=20)
            assert (answer.status_code, faults(answer.text)) == (503, []), page
            assert sample.BAGERI.name not in answer.text


def test_a_cell_kept_back_shows_neither_value_nor_companies(address: str) -> None:
    text = requests.get(f"{address}/statistics?measure=revenue&year=2025", timeout=20).text
    assert "516.520.400" in text
    for hidden in ("9.400.000", "6.120.400", "501.000.000"):
        assert hidden not in text
    assert text.count("Ikke offentliggjort") == 3


def test_forms_from_elsewhere_and_other_host_names_are_refused(address: str) -> None:
    said = {"name": "x", "case": "1", "next": "//evil.example"}
    cross = {"Sec-Fetch-Site": "cross-site"}
    assert requests.post(f"{address}/reader", said, headers=cross, timeout=20).status_code == 403
    answer = requests.post(f"{address}/reader", said, allow_redirects=False, timeout=20)
    assert answer.headers["location"] == "/"
    wrong = requests.post(f"{address}/reader", {"name": "x", "case": " "}, timeout=20)
    assert (wrong.status_code, faults(wrong.text)) == (422, [])
    other = requests.get(address, headers={"Host": "evil.example"}, timeout=20)
    assert other.status_code == 400
    assert requests.post(address, timeout=20).status_code == 405


def test_a_new_manifest_is_noticed(folder: Path, address: str, tmp_path: Path) -> None:
    store = Store(tmp_path / "warehouse")
    reading = Reading(store)
    with reading.connect() as con:
        assert con.execute("SELECT count(*) FROM kept_company_name").fetchone() == (0,)
        sample.write(store)
        deadline = time.monotonic() + 20
        while companies(reading) != 6:
            assert time.monotonic() < deadline
        assert con.execute("SELECT count(*) FROM registered_company").fetchone() == (0,)
    reading.close()


def companies(reading: Reading) -> int:
    with reading.connect() as con:
        return int(con.execute("SELECT count(*) FROM kept_company_name").fetchall()[0][0])


def test_a_business_sees_its_own(tmp_path: Path) -> None:
    store = Store(tmp_path / "warehouse")
    with store.transaction() as transaction:
        for table, rows in OWN.items():
            transaction.put(table, "period=2026-03", sample.arrow(table, rows))
    company = Company("nordlys", "Nordlys & Søn ApS", "10150817", "10150817", "DK", "DKK", {}, {})
    with serving(Desk(Reading(store), lambda: NOW, "Indberet", companies=(company,))) as at:
        line = "/lineage/line?company=nordlys&type=vat_return&end=2026-03-31&field={}&subject="
        total = line.format("MomsAngivelseAfgiftTilsvarBeloeb")
        for page in ("/", "/company/nordlys", total, "/lineage"):
            answer = requests.get(at + page, timeout=20)
            assert (answer.status_code, faults(answer.text)) == (200, []), page
        assert "2.500" in requests.get(at + total, timeout=20).text
        assert (
            "Voucher 7 does not balance." in requests.get(f"{at}/company/nordlys", timeout=20).text
        )
        for page in ("/company/other", line.format("none"), "/overview", "/statistics", "/reader"):
            assert requests.get(at + page, timeout=20).status_code == 404, page


_PERIOD = {"company_id": "nordlys", "report_type": "vat_return", "period_start": date(2026, 1, 1),
           "period_end": date(2026, 3, 31)}  # fmt: skip
_LINE = {**_PERIOD, "report_id": "r1", "subject": "", "origin": "postings", "formula": "Sum."}
OWN = {
    "obligation": [{**_PERIOD, "frequency": "quarter", "due_date": date(2026, 6, 1),
                    "origin": "law", "state": "open"}],
    "report": [{**_PERIOD, "report_id": "r1", "state": "ready", "line_count": 2,
                "input_sha256": "0" * 64, "rule_version": "1"}],
    "report_line": [
        {**_LINE, "field": "MomsAngivelseAfgiftTilsvarBeloeb", "field_no": 1,
         "amount_exact": 2500, "amount": 2500, "origin": "total"},
        {**_LINE, "field": "MomsAngivelseSalgsMomsBeloeb", "field_no": 14, "amount_exact": 2500,
         "amount": 2500},
    ],
    "finding": [{"company_id": "nordlys", "rule": "voucher-balances", "severity": "error",
                 "place": "v7", "period": "2026-03", "message": "Voucher 7 does not balance.",
                 "remedy": "Add the missing posting."}],
}  # fmt: skip


def test_openlineage_events_are_what_the_client_would_write(folder: Path) -> None:
    """Each event and facet is built anew from the classes of the OpenLineage client."""
    store = Store(folder / "warehouse")
    run_id = "6a2f41a3-c54c-4a52-8f2c-6f1d8d1c7a55"
    started, ended = NOW, NOW.replace(minute=3)
    runs = {"statistic": Ran(run_id, started, ended)}
    made = list(events(store, runs, ("Dagster", "1.13.27")))
    assert made == list(events(store, runs, ("Dagster", "1.13.27")))
    for event in made:
        datasets = {
            kind: [
                one_class(
                    one["namespace"], one["name"],
                    facets={key: rebuilt(f) for key, f in one["facets"].items()},
                    **{side: {k: rebuilt(f) for k, f in one.get(side, {}).items()}},
                )
                for one in event[kind]
            ]
            for kind, one_class, side in (("inputs", InputDataset, "inputFacets"),
                                          ("outputs", OutputDataset, "outputFacets"))
        }  # fmt: skip
        job, run = event["job"], event["run"]
        built = RunEvent(
            eventType=RunState[event["eventType"]],
            eventTime=event["eventTime"],
            run=Run(run["runId"], {k: rebuilt(f) for k, f in run["facets"].items()}),
            job=Job(
                job["namespace"], job["name"], {k: rebuilt(f) for k, f in job["facets"].items()}
            ),
            producer=PRODUCER,
            **datasets,
        )
        assert bare(json.loads(Serde.to_json(built))) == bare(event)
    by_table = {event["outputs"][0]["name"]: event for event in made}
    assert set(by_table) == set(sample.rows())
    assert len(made) == 2 * len(by_table)
    statistic = by_table["statistic"]
    assert (statistic["run"]["runId"], statistic["eventTime"]) == (
        run_id,
        "2026-06-15T10:03:00.000Z",
    )
    assert statistic["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"] == 5
    received = by_table["received_filing"]["outputs"][0]["facets"]
    nulls = {k: v["nullCount"] for k, v in received["dataQualityMetrics"]["columnMetrics"].items()}
    assert (nulls["filing_key"], nulls["cvr"]) == (0, 1)
    assert all(one["success"] for one in received["dataQualityAssertions"]["assertions"])
    figure = by_table["company_figure"]["outputs"][0]["facets"]["columnLineage"]["fields"]["amount"]
    assert [(one["name"], one["field"]) for one in figure["inputFields"]] == [
        ("xbrl_fact", "numeric_value")
    ]


def rebuilt(facet: dict[str, object]) -> object:
    """A facet as the client's own class of the same name makes it."""
    name = str(facet["_schemaURL"]).rpartition("/")[2]
    for module in pkgutil.iter_modules(generated.__path__):
        found = importlib.import_module(f"openlineage.client.generated.{module.name}")
        if hasattr(found, name) and getattr(found, name).__module__ == found.__name__:
            values = {k: v for k, v in facet.items() if not k.startswith("_")}
            return getattr(found, name)(**values, producer=PRODUCER)
    raise AssertionError(f"the client has no {name}")


def bare(value: object) -> object:
    """Without what is empty, which the client leaves out or writes as it likes."""
    if isinstance(value, dict):
        return {k: bare(v) for k, v in value.items() if v not in (None, {}, [])}
    return [bare(one) for one in value] if isinstance(value, list) else value


@pytest.mark.skipif(
    not any(map(shutil.which, BROWSERS)), reason="no Chromium: apt install chromium"
)
def test_a_browser_goes_from_search_to_the_bytes(address: str, tmp_path: Path) -> None:
    program = next(found for name in BROWSERS if (found := shutil.which(name)))
    with browser(program, tmp_path) as tab:
        tab.screen(1280, 900)
        tab.open(address)
        assert tab.ask("document.activeElement.id") == "q"
        tab.type("#q", "havn")
        tab.click("form.search button")
        tab.click("tbody a")
        assert "/reader?next=" in tab.ask("location.href")
        tab.type("#name", "Birthe Holm")
        tab.type("#case", "2026-114")
        tab.click("button.go")
        assert tab.ask("document.querySelector('h1').textContent") == sample.BAGERI.name
        company = tab.ask("location.href")
        assert tab.ask("document.querySelectorAll('figure.chart rect').length") == 29
        pictures = {"company": tab.picture(tmp_path / "company.png")}
        tab.click("#filings ~ div tbody a")
        assert "/filing/RSU" in tab.ask("location.href")
        pictures["filing"] = tab.picture(tmp_path / "filing.png")
        tab.open(company)
        tab.click("table.figures tbody a")
        assert "/lineage/figure/" in tab.ask("location.href")
        assert tab.ask("document.querySelectorAll('svg.drawing path').length") == 2
        pictures["lineage"] = tab.picture(tmp_path / "lineage.png")
        for dark, phone, width in ((False, True, 360), (True, False, 1280)):
            tab.screen(width, 800, dark=dark, phone=phone)
            for page in (company, f"{address}/", f"{address}/lineage/table/company_figure"):
                tab.open(page)
                assert tab.ask("document.documentElement.scrollWidth") <= width, page
            ground = tab.ask("getComputedStyle(document.body).backgroundColor")
            assert ground == ("rgb(17, 23, 28)" if dark else "rgb(245, 246, 247)")
            pictures[str(width)] = tab.picture(tmp_path / f"{width}.png")
        assert {one for one in tab.requested if not one.startswith(address)} == set()
    for name, picture in pictures.items():
        assert picture.startswith(b"\x89PNG"), name
        assert len(picture) > 15_000, name
