"""The network core: waiting, tokens, kept answers, consent."""

import contextlib
import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from assets.sources.connector import Complete, Raw
from assets.sources.network import consent, evidence
from assets.sources.network.agreement import until_agreed
from assets.sources.network.bucket import Bucket, Rate
from assets.sources.network.client import Client, _seconds
from assets.sources.network.oauth import Grant, OAuth
from assets.sources.network.stream import Reading
from assets.sources.network.transport import Received, Unanswered
from tests.errors.test_network import ENTRIES, SERVICE
from tests.simulators.base import Fault
from tests.simulators.ledgerly import Ledgerly
from warehouse.errors import PermanentError
from warehouse.secret import Secret


@pytest.fixture
def vendor() -> Iterator[Ledgerly]:
    with Ledgerly() as running:
        yield running


def oauth(vendor: Ledgerly, folder: Path | None, first: str = "refresh-token-0") -> OAuth:
    grant = Grant("Ledgerly", f"{vendor.url}/token", "us", Secret("client-secret"))
    return OAuth(grant, Secret(first), folder)


def read(vendor: Ledgerly, auth: OAuth) -> int:
    with Client(SERVICE, vendor.url, auth, timeout=1, attempts=1) as http:
        return sum(1 for _ in Reading(http, ENTRIES).records())


def test_a_pause_the_server_asks_for_holds_for_everyone() -> None:
    now = [0.0]
    slept: list[float] = []
    bucket = Bucket(None, lambda: now[0], slept.append)
    bucket.pause(7)
    bucket.take()
    assert slept == [7]


def test_tokens_wait_in_line_and_come_back_with_time() -> None:
    now, slept = [0.0], list[float]()
    bucket = Bucket(Rate(60, 60, burst=1), lambda: now[0], slept.append)
    for _ in range(3):
        bucket.take()
    assert slept == [1, 2]
    now[0] = 100
    bucket.take()
    assert slept == [1, 2]


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("7", 7), ("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("", None), ("soon", None)],
)
def test_retry_after_is_a_number_or_a_date(told: str, seconds: float | None) -> None:
    assert _seconds(told) == seconds


def test_a_new_refresh_token_is_kept_before_it_is_needed(vendor: Ledgerly, tmp_path: Path) -> None:
    assert read(vendor, oauth(vendor, tmp_path)) == 25
    kept = json.loads((tmp_path / "tokens.json").read_text())
    assert kept["refresh_token"] == vendor.refresh != "refresh-token-0"
    assert (tmp_path / "tokens.json").stat().st_mode & 0o077 == 0
    before = vendor.count("/token")
    assert read(vendor, oauth(vendor, tmp_path)) == 25
    assert vendor.count("/token") == before, "a good token is used again by the next process"


def test_a_token_the_server_no_longer_takes_is_renewed_once(
    vendor: Ledgerly, tmp_path: Path
) -> None:
    auth = oauth(vendor, tmp_path)
    vendor.before(2, lambda: setattr(vendor, "token", "changed"), "/entries")
    assert read(vendor, auth) == 25
    assert vendor.count("/token") == 2


def test_a_new_consent_goes_before_what_an_older_one_led_to(
    vendor: Ledgerly, tmp_path: Path
) -> None:
    read(vendor, oauth(vendor, tmp_path))
    vendor.refresh, vendor.token = "another-consent", "void"
    assert read(vendor, oauth(vendor, tmp_path, "another-consent")) == 25


def test_processes_that_share_tokens_take_turns(vendor: Ledgerly, tmp_path: Path) -> None:
    """A refresh token serves once: whoever came second would be locked out for good."""
    failed: list[BaseException] = []

    def work() -> None:
        try:
            oauth(vendor, tmp_path).renew()
        except BaseException as error:  # noqa: BLE001
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_a_secret_that_an_answer_repeats_is_masked(vendor: Ledgerly, tmp_path: Path) -> None:
    kept: list[Raw] = []
    auth = oauth(vendor, tmp_path)
    auth.renew()
    vendor.extra = {"echo": vendor.token}
    with Client(SERVICE, vendor.url, auth, keep=kept.append) as http:
        list(Reading(http, ENTRIES).records())
    assert len(kept) == 3
    assert not [raw for raw in kept if vendor.token.encode() in raw.content]
    assert b'"echo":"***"' in kept[0].content


def test_kept_answers_are_given_to_the_requests_they_answered(vendor: Ledgerly) -> None:
    kept: list[Raw] = []
    auth = oauth(vendor, None)
    with Client(SERVICE, vendor.url, auth, keep=kept.append) as http:
        first = [entry.amount for entry in Reading(http, ENTRIES).records()]
    vendor.stop()
    answers = evidence.Kept([evidence.read(raw.content) for raw in kept])
    with Client(SERVICE, vendor.url, auth, kept=answers) as http:
        assert [entry.amount for entry in Reading(http, ENTRIES).records()] == first
        assert answers.left() == 0
        with pytest.raises(PermanentError, match="were others when they were kept"):
            http.get("entries", what="entries")


def test_a_kept_answer_that_was_changed_is_refused() -> None:
    asked = evidence.Asked(evidence.key("GET", "http://x/entries", None), "entries, page 1")
    raw = evidence.raw(1, asked, Received(200, {"content-type": "application/json"}, b"[1]"))
    assert evidence.read(raw.content) == (
        asked.key,
        Received(200, {"content-type": "application/json"}, b"[1]"),
    )
    with pytest.raises(ValueError, match="entries"):
        evidence.read(raw.content.replace(b"[1]", b"[2]"))


def test_columns_nobody_knows_are_named_once(vendor: Ledgerly, tmp_path: Path) -> None:
    vendor.extra = {"colour": "red"}
    with Client(SERVICE, vendor.url, oauth(vendor, tmp_path)) as http:
        reading = Reading(http, ENTRIES)
        list(reading.records())
        (found,) = reading.findings("nordlys")
    assert found.finding.message == (
        "The column items.colour of entries is new; it was kept as it came and not read."
    )


def test_a_record_that_comes_twice_is_counted_once(vendor: Ledgerly, tmp_path: Path) -> None:
    with Client(SERVICE, vendor.url, oauth(vendor, tmp_path)) as http:
        reading = Reading(http, ENTRIES)
        list(reading.records())
        list(reading.records({"cursor": 20}))
    assert (reading.count, reading.distinct) == (30, 25)


def test_reading_goes_on_until_the_counts_agree() -> None:
    counts, read_ = iter([2, 3, 3, 3]), iter([3, 3])
    items = list(
        until_agreed(
            lambda: iter([Complete("posting")]), lambda: next(counts), lambda: next(read_),
            ("posting",), "Ledgerly", "entries",
        )
    )  # fmt: skip
    assert [type(item).__name__ for item in items] == ["Complete", "Again", "Complete"]


def test_a_trickle_meets_the_end_of_its_time(vendor: Ledgerly, tmp_path: Path) -> None:
    vendor.faults.append(Fault("trickle", path="/entries", times=9, seconds=0.03))
    started = time.monotonic()
    with (
        Client(SERVICE, vendor.url, oauth(vendor, tmp_path), timeout=0.1, attempts=1) as http,
        pytest.raises(Exception, match=r"did not answer within 0\.1 s"),
    ):
        list(Reading(http, ENTRIES).records())
    assert time.monotonic() - started < 3


def test_consent_brings_a_refresh_token_by_way_of_the_browser(vendor: Ledgerly) -> None:
    grant = Grant("Ledgerly", f"{vendor.url}/token", "us", Secret("client-secret"))
    wanted = consent.Consent(grant, f"{vendor.url}/authorize", "books offline", port=0)
    vendor.codes["the-code"] = "nordlys"
    shown: list[str] = []

    def browser(url: str) -> None:
        """As a person who accepts; a stranger who guesses first is turned away."""
        shown.append(url)
        query = parse_qs(urlsplit(url).query)
        back = query["redirect_uri"][0].replace("localhost", "127.0.0.1")
        threading.Thread(
            target=lambda: [
                _visit(f"{back}?code=evil&state=guessed"),
                _visit(f"{back}?code=the-code&state={query['state'][0]}"),
            ]
        ).start()

    token = consent.ask(replace(wanted, port=_free_port()), browser, patience=5)
    assert token.reveal() == vendor.refresh
    asked = parse_qs(urlsplit(shown[0]).query)
    assert asked["code_challenge_method"] == ["S256"]
    form = parse_qs(vendor.seen[-1].body.decode())
    assert form["grant_type"] == ["authorization_code"]
    assert len(form["code_verifier"][0]) >= 43


def _visit(url: str) -> None:
    with contextlib.suppress(urllib.error.HTTPError):
        urllib.request.urlopen(url, timeout=5).read()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_an_unanswered_request_says_nothing_of_itself() -> None:
    assert str(Unanswered(is_late=True)) == ""


def test_the_largest_amounts_keep_every_digit() -> None:
    page = msgspec.json.decode(
        b'{"items":[{"id":1,"amount":9999999999999999.99}]}', type=ENTRIES.envelope
    )
    assert str(page.items[0].amount) == "9999999999999999.99"
