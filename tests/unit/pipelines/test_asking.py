"""What is asked: what is needed and usual, never a consent's token; files from where one stands."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assets.sources.connector import Discovery
from assets.workspace import Company, SecretReference
from pipelines.commands import asking, connection_file, found
from pipelines.commands.call import Call
from pipelines.output import Output
from warehouse.errors import PermanentError, SettingsError


class Vendor:
    """Options of every sort."""

    title = "Vendor"
    asked = ("login",)
    consent_option = "refresh_token"
    options = {  # noqa: RUF012 - as the connectors have it
        "path": (True, "file of the books"),
        "grant": (True, "secret: the grant of the agreement"),
        "login": (False, "name of the user"),
        "refresh_token": (True, "secret: what the consent gave"),
        "size": (False, "records per request"),
    }


VENDOR: Any = Vendor()


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    def answering(*given: str) -> list[str]:
        left, asked = iter(given), list[str]()

        def prompt(question: str, default: str | None = None, **_: object) -> str:
            asked.append(question.strip())
            return next(left) or default or ""

        monkeypatch.setattr(asking.typer, "prompt", prompt)
        return asked

    return answering


def test_what_is_needed_and_usual_is_asked_in_order(tmp_path: Path, answers, monkeypatch) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (here / "books.xml").touch()
    monkeypatch.chdir(here)
    asked = answers("books.xml", "the-grant", "")
    draft = connection_file.Draft(tmp_path, "books")
    told = asking.ask(VENDOR, draft, {}, {})
    assert asked == [
        "File of the books",
        "The grant of the agreement (typed unseen)",
        "Name of the user (Enter if not)",
    ]
    assert told["path"] == "here/books.xml"
    assert "login" not in told
    assert (tmp_path / "secrets" / "books.grant").read_text() == "the-grant\n"
    again = answers("", "", "me")
    later = asking.ask(VENDOR, draft, {}, told)
    assert again[1] == "The grant of the agreement (typed unseen; Enter keeps the one given)"
    assert later == {**told, "login": "me"}
    draft.undo()
    assert not (tmp_path / "secrets").exists()


def test_a_secret_kept_elsewhere_is_only_referred_to(tmp_path: Path, answers) -> None:
    answers("x", "env:GRANT", "")
    told = asking.ask(VENDOR, connection_file.Draft(tmp_path, "b"), {}, {})
    assert told["grant"] == SecretReference("grant", "GRANT")


def test_an_older_secret_file_comes_back_when_all_came_to_nothing(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    path = tmp_path / "secrets" / "b.key"
    path.write_text("older\n")
    draft = connection_file.Draft(tmp_path, "b")
    draft.kept("key", "newer")
    draft.kept("key", "newest")
    assert path.read_text() == "newest\n"
    draft.undo()
    assert path.read_text() == "older\n"


def test_the_books_meant_are_chosen_by_number_or_name(
    monkeypatch: pytest.MonkeyPatch, answers, capsys: pytest.CaptureFixture[str]
) -> None:
    there = [("7", "Nordlys ApS"), ("8", "Skov ApS")]
    call = Call(Path("none"), (), Output())
    with pytest.raises(SettingsError) as caught:
        asking.books(call, there, "tenant")
    assert str(caught.value) == (
        "These credentials see several companies: 7 (Nordlys ApS), 8 (Skov ApS). Say which with "
        "--set tenant=…"
    )
    monkeypatch.setattr(asking.sys.stdin, "isatty", lambda: True, raising=False)
    answers("9", "2")
    assert asking.books(call, there, "tenant") == "8"
    assert "Write a number from 1 to 2." in capsys.readouterr().out
    answers("7")
    assert asking.books(call, there, "tenant") == "7"
    assert asking.books(call, there[:1], "tenant") == "7"
    with pytest.raises(PermanentError, match="see no company"):
        asking.books(call, [], "tenant")


@pytest.mark.parametrize(
    ("number", "is_other"),
    [("DK 13585628", False), ("13585628", False), ("31415926", False), (None, False),
     ("SE556677889901", False), ("DK-10150817", True)],
)  # fmt: skip
def test_another_company_is_told_by_its_danish_number(number: str | None, is_other: bool) -> None:
    company = Company("a", "A ApS", "13585628", "31415926", "DK", "DKK", {}, {})
    assert bool(found.other_company(company, Discovery("B", number))) is is_other


class Optional:
    """A file, and an interface beside it that needs both its tokens."""

    title = "Optional"
    asked = ("token", "second")
    follows = {"second": "token"}  # noqa: RUF012 - as the connectors have it
    options = {  # noqa: RUF012
        "path": (True, "file of the books"),
        "token": (False, "secret: the first token"),
        "second": (False, "secret: the second token"),
    }


OPTIONAL: Any = Optional()


def test_what_belongs_to_an_answer_not_given_is_not_asked(tmp_path: Path, answers) -> None:
    draft = connection_file.Draft(tmp_path, "books")
    asked = answers("x.se", "")
    told = asking.ask(OPTIONAL, draft, {}, {})
    assert asked[1:] == ["The first token (typed unseen; Enter if not)"]
    assert told == {"path": "x.se"}
    asked = answers("", "one", "two")
    told = asking.ask(OPTIONAL, draft, {}, told)
    assert asked[2:] == ["The second token (typed unseen)"]
    assert set(told) == {"path", "token", "second"}
    again = answers("", "", "")
    assert asking.ask(OPTIONAL, draft, {}, told) == told
    assert again[1] == "The first token (typed unseen; Enter keeps the one given)"
