"""What is said of questions in SQL, to the letter; and what is answered, in each form."""

import builtins
import csv
import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.commands import sql
from pipelines.commands.call import Call
from pipelines.output import Output
from tests import authority_sample
from tests.errors.corpus import FOLDER, expected
from warehouse import asking
from warehouse.errors import PermanentError
from warehouse.store import Store

CASES = {
    case["id"]: case
    for case in tomllib.loads((FOLDER / "sql.toml").read_text(encoding="utf-8"))["case"]
}
ASKED = {
    "not-a-question": "SELECT 1; COPY late_filer TO 'x.csv'",
    "no-sql": "SELEC 1",
    "unknown-name": "FROM late_filers",
    "other-files": "FROM read_text('/etc/hosts')",
    "too-long": "SELECT count(*) FROM range(99999999999) AS a, range(99999) AS b",
}
CALLED = {
    "too-many-for-a-file": ["SELECT 1; SELECT 2", "--format", "csv", "--to", "x.csv"],
    "question-and-file": ["SELECT 1", "-f", "x.sql"],
    "parquet-shown": ["SELECT 1", "--format", "parquet"],
    "table-written": ["SELECT 1", "--to", "x.txt"],
    "file-unreadable": ["-f", "{path}"],
}
SETTINGS = """
[[company]]
id = "a"
name = "A"
cvr = "10150817"
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("workspace")
    (folder / "indberet.toml").write_text(SETTINGS)
    made = Store(folder / "var" / "warehouse")
    authority_sample.write(made)
    return made


@pytest.fixture
def asked_in(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[CliRunner]:
    monkeypatch.setenv("INDBERET_SETTINGS", str(store.folder.parent.parent / "indberet.toml"))
    monkeypatch.setenv("COLUMNS", "300")
    return CliRunner()


def _ask(store: Store, text: str, seconds: float) -> None:
    with asking.asking(store, memory_limit="1GB", threads=1) as con:
        for question in asking.questions(text):
            with asking.answering(con, question, seconds):
                con.sql(question).fetchall()


@pytest.mark.parametrize("case", ASKED)
def test_what_is_not_answered(store: Store, case: str) -> None:
    with pytest.raises(PermanentError) as caught:
        _ask(store, ASKED[case], 0.2 if case == "too-long" else 0)
    assert str(caught.value) == expected("sql", case)


@pytest.mark.parametrize(
    "reach",
    ["SET memory_limit = '9GB'", "ATTACH 'x.db'", "INSTALL httpfs", "CREATE TABLE x AS SELECT 1",
     "PRAGMA database_list", "CALL pragma_version()", "DROP VIEW late_filer",
     "EXPLAIN ANALYZE COPY (SELECT 1) TO 'x.csv'", "EXPLAIN (ANALYZE) DROP VIEW late_filer",
     "EXPLAIN /* */ ANALYZE COPY (SELECT 1) TO 'x'", "EXPORT DATABASE 'x'"],
)  # fmt: skip
def test_nothing_but_questions_is_answered(reach: str) -> None:
    with pytest.raises(PermanentError, match="only questions are answered"):
        asking.questions(reach)


@pytest.mark.parametrize("case", CALLED)
def test_what_is_called_wrongly(asked_in: CliRunner, tmp_path: Path, case: str) -> None:
    path = tmp_path / "gone.sql"
    done = asked_in.invoke(app, ["sql", *(one.format(path=path) for one in CALLED[case])])
    assert done.exit_code == 1
    assert expected("sql", case, path=path) in done.output


@pytest.mark.parametrize(
    "question",
    ["DESCRIBE late_filer", "SUMMARIZE late_filer", "SHOW TABLES", "VALUES (1)",
     "EXPLAIN (ANALYZE, FORMAT json) SELECT 1", "-- why\nEXPLAIN ANALYZE FROM late_filer",
     "PIVOT (SELECT state, cvr FROM obligation_desk) ON state USING count(*)"],
)  # fmt: skip
def test_what_only_reads_is_answered(store: Store, question: str) -> None:
    _ask(store, question, 0)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(PermanentError) as caught:
        asking.columns("late_filers")
    assert str(caught.value) == expected("sql", "unknown-table")


def test_an_answer_in_each_form(asked_in: CliRunner, tmp_path: Path) -> None:
    question = "SELECT cvr, fees, as_of FROM late_filer ORDER BY cvr DESC"
    shown = asked_in.invoke(app, ["sql", question, "--limit", "1"])
    assert shown.exit_code == 0
    assert "800.00" in shown.output
    assert "21111171" not in shown.output
    assert "The first 1 rows; --limit 0 shows all." in shown.output

    rows = [["32222358", "800.00", "2026-06-15"], ["21111171", "", "2026-06-15"]]
    told = asked_in.invoke(app, ["sql", question, "--format", "csv"])
    assert list(csv.reader(told.output.splitlines())) == [["cvr", "fees", "as_of"], *rows]

    one = tmp_path / "one.json"
    arguments = ["sql", question, "--format", "json", "--to", str(one), "--limit", "1"]
    assert asked_in.invoke(app, arguments).exit_code == 0
    assert [list(row.values()) for row in json.loads(one.read_text())] == rows[:1]

    kept = tmp_path / "kept.parquet"
    (tmp_path / "question.sql").write_text(question)
    arguments = ["sql", "-f", str(tmp_path / "question.sql"), "--format", "parquet"]
    assert asked_in.invoke(app, [*arguments, "--to", str(kept)]).exit_code == 0
    assert pq.read_table(kept).column("cvr").to_pylist() == ["32222358", "21111171"]

    piped = asked_in.invoke(app, ["sql", "--format", "json"], input="SELECT 1 AS a WHERE false;")
    assert piped.output == "[]\n"


def test_a_conversation(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter(
        [".tables", "", ".columns late_filer", ".nonsense", "SELECT", "  41 + 1 AS answer;",
         "FROM nowhere;", "SELECT 7 AS again;", ".quit"]
    )  # fmt: skip
    monkeypatch.setattr(builtins, "input", lambda _: next(typed))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    call = Call(store.folder.parent.parent / "indberet.toml", (), Output())
    assert sql.sql(call, "", None, form="table", to=None, limit=None, timeout=9) == 0
    said = capsys.readouterr()
    assert "periods that have come due" in said.out
    assert "obligation_desk" in said.out
    assert "42" in said.out
    assert "again" in said.out
    assert "nowhere" in said.err
    assert next(typed, "all asked") == "all asked"


def test_every_message_has_its_case() -> None:
    assert set(CASES) == {*ASKED, *CALLED, "unknown-table"}
