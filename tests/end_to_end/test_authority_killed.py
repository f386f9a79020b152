"""An authority's run killed at each publish of the warehouse: nothing lost, nothing twice."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from assets.authority.arrivals import workspace_arrivals
from assets.authority.service import annual_codes as codes
from assets.authority.service import annual_rows, store_rows
from assets.authority.service.annual_rows import AnnualReport, Judged
from assets.authority.service.annual_store import AnnualStore
from assets.authority.service.register import AnnualDuty, Company, Frequency, Register
from assets.authority.service.store_rows import Draft, Message, StoredList
from tests.end_to_end.authority_killed import TODAY, workspace
from tests.end_to_end.service_senders import END, START, sales_list, vat
from tests.filing_writer import instance
from warehouse.store import Store
from warehouse.tables import TABLES

_ROOT = Path(__file__).resolve().parents[2]
_SENDER = "NTRDK-00000002"
FIRST, SECOND, THIRD, FOURTH = (f"{20_000_000 + one}" for one in range(4))
pytestmark = pytest.mark.timeout(300)


class Service:
    """A receiving service's folder, filled through its own store; a report every nine days."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        Register(folder).load_many(
            [Company(one, f"Firma {one}", (Frequency("quarter", date(2025, 1, 1)),),
                     annual=(AnnualDuty("12-31", "B"),))
             for one in (FIRST, SECOND, THIRD, FOURTH)]
        )  # fmt: skip
        self._store = AnnualStore(folder / "authority.sqlite")
        self._now = datetime(2026, 4, 1, 9, tzinfo=UTC)

    def _later(self) -> datetime:
        self._now += timedelta(days=9)
        return self._now

    def vat(self, key: str, number: str, amount: int, state: str | None = "approved",
            content: bytes | None = None) -> None:  # fmt: skip
        at = self._later()
        given = vat(number, key, amount).content if content is None else content
        draft = Draft(key, number, key, START, END, given, 5001, "waiting", 0,
                      date(2026, 6, 1), None, None, _SENDER, number, at)  # fmt: skip
        new = self._store.write(lambda con: store_rows.add_draft(con, draft))
        if state is not None:
            self._store.write(lambda con: store_rows.decide(con, new, state, at))

    def sales(self, key: str, number: str, amount: int) -> None:
        content = sales_list(number, key, amount).content
        one = StoredList("", number, key, START, END, content, "current", _SENDER, number,
                         self._later())  # fmt: skip
        self._store.write(lambda con: store_rows.add_list(con, one))

    def annual(self, key: str, number: str, year: int, equity: int,
               code: int | None = codes.ACCEPTED, days: tuple[date, date] | None = None
               ) -> None:  # fmt: skip
        at = self._later()
        content = instance(number, year, equity=equity)
        start, end = days or (date(year, 1, 1), date(year, 12, 31))
        one = AnnualReport("", _SENDER, key, number, None, None, content, codes.PENDING, (),
                           is_late=False, is_redone=False, received_at=at)  # fmt: skip
        new = self._store.write(lambda con: annual_rows.add(con, one))
        if code is not None:
            judged = Judged(code, (), () if code == codes.ACCEPTED else ("DBA.FR57",), start, end,
                            is_late=False)  # fmt: skip
            self._store.write(lambda con: annual_rows.settle(con, new, judged, at, may_redo=True))

    def refused(self) -> None:
        message = Message("ModtagMomsangivelseForeloebig", b"<m/>", self._later(), _SENDER, "r-1")
        at = message.received_at
        self._store.write(lambda con: store_rows.refuse(con, message, "vat_return", at, 4801))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of every kind and fate, then a run that nothing disturbed and one often killed."""
    root = tmp_path_factory.mktemp("killed")
    (root / "indberet.toml").write_text("", encoding="utf-8")
    service = Service(root / "service")
    for name in ("whole", "killed"):
        (root / name).mkdir()
        (root / name / "authority").symlink_to(root / "service", target_is_directory=True)
    days = date(2023, 7, 1), date(2024, 6, 30)
    service.vat("v-1", FIRST, 500)
    service.vat("v-2", SECOND, 900, "rejected")
    service.sales("l-1", FIRST, 100)
    service.annual("a-1", FIRST, 2024, 40)
    service.vat("v-3", FIRST, 600)  # corrects v-1
    service.annual("a-2", SECOND, 2023, 66, days=days)
    service.refused()
    service.annual("a-3", THIRD, 2024, 77, code=84)
    service.vat("v-4", THIRD, 700, state=None)
    service.sales("l-2", FIRST, 120)  # in place of l-1
    service.annual("a-4", FIRST, 2024, 41)  # redoes a-1
    service.annual("a-5", SECOND, 2024, 55)  # redoes a-2, which is of other days
    service.vat("v-5", FOURTH, 0, content=b"<")  # accepted, and cannot be read
    service.annual("a-6", FOURTH, 2024, 88, code=None)
    return root


def test_a_run_killed_at_each_publish_ends_as_one_that_nothing_disturbed(root: Path) -> None:
    command = [sys.executable, "-m", "tests.end_to_end.authority_killed", str(root)]
    told = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True,
                          env={**os.environ, "OMP_NUM_THREADS": "1"})  # fmt: skip
    assert json.loads(told.stdout)["kills"] >= 12, told.stderr
    undisturbed, killed = (workspace(root, name).store() for name in ("whole", "killed"))
    hashes = [
        {table: one.content_sha256(table) for table in TABLES if table != "intake_run"}
        for one in (undisturbed, killed)
    ]
    assert hashes[0] == hashes[1]
    _counted(root, killed)
    _only_what_stands(killed)


def _counted(root: Path, store: Store) -> None:
    """No event is skipped or taken twice, and both sides count the same."""
    account = workspace_arrivals.account(replace(workspace(root, "killed"), fixed_today=TODAY))
    assert (account.reconciles, account.breaks, account.is_behind) == (True, [], False)
    assert [(key, rule) for key, rule, _ in account.quarantined] == [("v-5", "arrival-unreadable")]
    events, filings = account.cursor, sum(found for _, found in account.counts.values())
    query = "SELECT sum(events), sum(received), sum(event_to - event_after) FROM intake_run"
    with store.connect(threads=1) as con:
        assert con.execute(query).fetchone() == (events, filings, events)
        ((places,),) = con.execute("SELECT count(DISTINCT place) FROM xbrl_source").fetchall()
    assert places == 5  # every annual report that is decided, once


def _only_what_stands(store: Store) -> None:
    """Refused, rejected, undecided and replaced reports are in no figure, duty or statistic."""
    with store.connect(threads=1) as con:
        stands = set(con.execute(
            "SELECT filing_key FROM received_filing WHERE status = 'accepted'"
        ).fetchall())  # fmt: skip
        figures = con.execute(
            "SELECT entity_identifier, fiscal_year, is_comparative, amount FROM company_figure "
            "WHERE concept = 'Equity' ORDER BY ALL"
        ).fetchall()
        used = set(con.execute(
            "SELECT filing_key FROM statistic_filing WHERE filing_key <> '' "
            "UNION SELECT filing_key FROM cross_check_filing "
            "UNION SELECT filing_key FROM duty_status WHERE filing_key IS NOT NULL"
        ).fetchall())  # fmt: skip
        compared = con.execute(
            "SELECT DISTINCT filing_key FROM cross_check_filing WHERE filing_key = 'v-5'"
        ).fetchall()
    assert figures == [
        (FIRST, 2023, True, 1), (FIRST, 2024, False, 41),
        (SECOND, 2023, True, 1), (SECOND, 2024, False, 55),
    ]  # fmt: skip
    assert {"v-3"} < {key for (key,) in used}
    assert used <= stands
    assert compared == []
