import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

import warehouse
from tests.filings_for_tests import Clock, approved, open_at, register
from warehouse.errors import PermanentError, TransientError
from warehouse.operations import Operations, sqlite_url
from warehouse.operations_schema import HEAD, METADATA, audit_event, audit_head, filing
from warehouse.shape import schema
from warehouse.tables import TABLES

SNAPSHOTS = [name for name, table in TABLES.items() if table.partition == "operations"]


def test_the_migrations_make_exactly_the_tables_the_code_expects(tmp_path: Path) -> None:
    open_at(tmp_path).close()
    engine = sa.create_engine(sqlite_url(tmp_path / "operations.sqlite"))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == HEAD
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_the_newest_migration_is_the_one_the_code_is_written_for() -> None:
    config = Config()
    folder = Path(warehouse.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_every_table_can_be_made_in_postgresql() -> None:
    for table in METADATA.sorted_tables:
        statement = str(CreateTable(table).compile(dialect=postgresql.dialect()))
        assert statement.strip().startswith(f"CREATE TABLE {table.name}")


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_snapshots_have_the_shape_the_warehouse_stores(tmp_path: Path, name: str) -> None:
    with open_at(tmp_path) as operations:
        assert operations.snapshot(name).schema.equals(schema(TABLES[name]))


def test_a_snapshot_holds_what_was_registered(tmp_path: Path) -> None:
    with open_at(tmp_path) as operations:
        filing_id = approved(operations, tmp_path)
        (row,) = operations.snapshot("filing").to_pylist()
        assert (row["filing_id"], row["state"], row["approved_by"]) == (
            filing_id,
            "approved",
            "Anna",
        )
        assert row["created_at"] == datetime(2026, 5, 20, 8, 0, tzinfo=UTC)


def test_every_commit_is_on_disk_before_it_is_believed(tmp_path: Path) -> None:
    with open_at(tmp_path) as operations:
        pragmas = {}
        with operations.transaction() as transaction:
            for pragma in ("journal_mode", "synchronous", "foreign_keys"):
                pragmas[pragma] = transaction.connection.exec_driver_sql(
                    f"PRAGMA {pragma}"
                ).scalar()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_row_about_a_filing_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with (
        open_at(tmp_path) as operations,
        pytest.raises(PermanentError, match="FOREIGN KEY"),
        operations.transaction() as transaction,
    ):
        transaction.connection.exec_driver_sql(
            "INSERT INTO approval VALUES ('nothing', 1, 'Anna', '2026-01-01 00:00:00')"
        )


def test_a_failed_transaction_leaves_neither_change_nor_audit_event(tmp_path: Path) -> None:
    with open_at(tmp_path) as operations:
        filing_id = str(register(operations, tmp_path).filing["filing_id"])
        before = len(operations.events(filing_id))
        with pytest.raises(KeyError), operations.transaction() as transaction:  # noqa: PT012
            transaction.audit("test", filing_id, "Anna")
            transaction.connection.execute(sa.update(filing).values(state="accepted"))
            raise KeyError("a defect")
        assert operations.filing(filing_id)["state"] == "validated"
        assert len(operations.events(filing_id)) == before


def test_times_come_back_as_the_same_instant_in_utc(tmp_path: Path) -> None:
    clock = Clock()
    clock.time = datetime(2026, 5, 20, 10, 30, tzinfo=timezone(timedelta(hours=2)))
    with open_at(tmp_path, clock) as operations:
        row = register(operations, tmp_path).filing
        assert row["created_at"] == clock.time
        assert row["created_at"].tzinfo is UTC


def test_a_time_without_a_zone_is_refused_not_guessed(tmp_path: Path) -> None:
    with open_at(tmp_path) as operations:
        register(operations, tmp_path)
        naive = datetime(2026, 5, 20, 10, 30)  # noqa: DTZ001  the point of the test
        with (
            pytest.raises(sa.exc.StatementError, match="without a time zone"),
            operations.transaction() as transaction,
        ):
            transaction.connection.execute(sa.update(filing).values(decided_at=naive))


@pytest.mark.parametrize(
    "tamper",
    [
        sa.update(audit_event).where(audit_event.c.event_id == 1).values(actor="Mallory"),
        sa.delete(audit_event).where(audit_event.c.event_id == 1),
        sa.delete(audit_event).where(audit_event.c.event_id == 3),
    ],
    ids=["changed", "taken out of the middle", "cut off at the end"],
)
def test_a_tampered_audit_trail_is_noticed(tmp_path: Path, tamper: sa.Executable) -> None:
    with open_at(tmp_path) as operations:
        approved(operations, tmp_path)
        assert operations.verify_audit() == 3
        with operations.transaction() as transaction:
            transaction.connection.execute(tamper)
        with pytest.raises(PermanentError, match="does not hold at event"):
            operations.verify_audit()


def test_an_audit_event_added_behind_our_back_is_noticed(tmp_path: Path) -> None:
    with open_at(tmp_path) as operations:
        with operations.transaction() as transaction:
            transaction.audit("test", "demo", "Anna")
        with operations.transaction() as transaction:
            transaction.connection.execute(sa.update(audit_head).values(event_id=0, sha256=""))
        with pytest.raises(PermanentError, match="at event 2"):
            operations.verify_audit()


def test_a_locked_database_is_a_passing_failure(tmp_path: Path) -> None:
    with open_at(tmp_path, busy_seconds=0.1) as operations:
        other = sqlite3.connect(tmp_path / "operations.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(TransientError, match="database is locked"), operations.transaction():
            pytest.fail("got a turn while another process was writing")
        assert operations.filings() == []  # readers do not wait
        other.execute("ROLLBACK")
        other.close()


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    open_at(tmp_path).close()
    raw = sqlite3.connect(tmp_path / "operations.sqlite")
    raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.commit()
    raw.close()
    with pytest.raises(PermanentError, match="newer Indberet"):
        open_at(tmp_path)


def test_filings_are_found_by_the_month_their_period_ends(tmp_path: Path) -> None:
    with open_at(tmp_path) as operations:
        register(operations, tmp_path)
        assert len(operations.filings(period="2026-03")) == 1
        assert operations.filings(period="2026-02") == []
        assert operations.filings(period="2026-12") == []


def test_a_url_with_a_password_never_shows_it() -> None:
    with pytest.raises(PermanentError) as caught:
        Operations.open("postgresql+nothere://anna:hunter2@db/indberet")
    assert "hunter2" not in str(caught.value)
