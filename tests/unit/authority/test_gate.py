"""What does not fit in is sent away with a time to come again, and that time is kept."""

import asyncio
import doctest
import io
import sqlite3
from pathlib import Path

import pytest
import requests
from starlette.types import Message, Receive, Scope, Send

from assets.authority.service import annual_form, gate
from assets.authority.service.database import Writer
from assets.authority.service.gate import Gate, Room
from assets.deliveries import wire
from assets.deliveries.channel import UnansweredError
from assets.deliveries.wire import Sent, ask

DRAFT = "/ModtagMomsangivelseForeloebigServicePort"


async def _done(scope: Scope, receive: Receive, send: Send) -> None:
    del scope, receive
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"done"})


def answered(room: Room, path: str = DRAFT, length: int = 10) -> tuple[int, bytes, bytes]:
    sent: list[Message] = []
    headers = [(b"content-length", str(length).encode())]
    scope = {"type": "http", "method": "POST", "path": path, "headers": headers}

    async def send(message: Message) -> None:
        sent.append(message)

    parts: list[Message] = [
        {"type": "http.request", "body": b"1", "more_body": is_more} for is_more in (False, True)
    ]

    async def receive() -> Message:
        return parts.pop()

    asyncio.run(Gate(_done, room)(scope, receive, send))
    wait = dict(sent[0]["headers"]).get(b"retry-after", b"")
    assert (sent[0]["status"] == 503) is (parts == [])  # heard to its end, then sent away
    return sent[0]["status"], wait, sent[1]["body"]


def test_a_full_room_sends_away_and_says_when_to_come_again() -> None:
    room = Room(requests=1)
    assert answered(room)[0] == 200
    assert room.enter(5)
    status, wait, body = answered(room)
    assert (status, 2 <= int(wait) <= 6) == (503, True)
    assert b"<faultcode>env:Server</faultcode>" in body
    assert b"Intet er modtaget" in answered(room, "/ri/api/regnskaber")[2]
    room.leave(5)
    assert answered(room)[0] == 200


def test_a_room_holds_so_many_bytes_and_an_empty_one_anything() -> None:
    room = Room(octets=100)
    assert answered(room, length=500)[0] == 200
    assert room.enter(60)
    assert [answered(room, length=one)[0] for one in (40, 41)] == [200, 503]


class _Busy(requests.adapters.BaseAdapter):
    def send(self, request: requests.PreparedRequest, **_: object) -> requests.Response:  # type: ignore[override]
        answer = requests.Response()
        answer.status_code, answer.request = 503, request
        answer.headers["Retry-After"] = "4"
        answer.raw = io.BytesIO(b"busy")
        return answer

    def close(self) -> None:
        pass


def test_a_channel_hears_how_long_a_busy_authority_asks_it_to_wait() -> None:
    with requests.Session() as session:
        session.mount("http://", _Busy())
        sent = Sent("Asking", "POST", "http://127.0.0.1/x", b"")
        with pytest.raises(UnansweredError) as caught:
            ask(session, sent, b"", {}, (1, 1))
    assert caught.value.retry_after == 4
    assert str(caught.value) == (
        "Asking at http://127.0.0.1/x: HTTP 503, the authority is busy and asks to be left in "
        "peace for 4 seconds. It will be looked up before anything is sent again."
    )
    assert doctest.testmod(wire).failed == 0


def test_work_that_fails_takes_back_its_own_and_nobody_elses(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    with Writer(path) as writer:
        writer.write(lambda con: con.execute("CREATE TABLE one (n INTEGER PRIMARY KEY)"))

        def add(con: sqlite3.Connection, number: int) -> None:
            con.execute("INSERT INTO one VALUES (?)", (number,))

        def fail(con: sqlite3.Connection) -> None:
            add(con, 2)
            raise LookupError

        told = [writer.submit(one) for one in (lambda con: add(con, 1), fail)]
        told.append(writer.submit(lambda con: add(con, 3)))
        with pytest.raises(LookupError):
            told[1].result()
    with sqlite3.connect(path) as con:
        assert con.execute("SELECT n FROM one").fetchall() == [(1,), (3,)]
    con.close()


def test_a_sender_who_does_not_end_is_taken_for_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_LARGEST", 8)
    monkeypatch.setattr(gate, "_SILENCE", 0.01)
    chunk: Message = {"type": "http.request", "body": b"12345", "more_body": True}

    async def chunks() -> Message:
        return chunk

    async def silence() -> Message:
        await asyncio.sleep(5)
        return chunk

    async def heard(receive: Receive) -> list[str]:
        limited = gate._in_time(receive)
        return [(await limited())["type"] for _ in range(2)]

    assert asyncio.run(heard(chunks)) == ["http.request", "http.disconnect"]
    assert asyncio.run(heard(silence))[0] == "http.disconnect"


def test_a_sender_who_drips_is_taken_for_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_SILENCE", 0.05)
    monkeypatch.setattr(gate, "_SLOWEST", 1000)

    async def heard(size: int) -> int:
        async def drip() -> Message:
            await asyncio.sleep(0.02)
            return {"type": "http.request", "body": b"x" * size, "more_body": True}

        limited, parts = gate._in_time(drip), 0
        while parts < 8 and (await limited())["type"] == "http.request":
            parts += 1
        return parts

    assert asyncio.run(heard(1)) < 4
    assert asyncio.run(heard(100)) == 8


def test_a_request_in_chunks_takes_the_room_that_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_UNSAID", 10)
    room = Room(octets=100)
    assert room.enter(60)
    assert room.enter(10)
    place = gate._Place(room, 10)
    assert [place.hold(one) for one in (10, 11, 40, 41)] == [True, True, True, False]
    place.leave()
    assert room.enter(40)


def part(head: str, content: str = "x", end: str = "\r\n") -> str:
    return f"--b{end}Content-Disposition: form-data; {head}\r\n\r\n{content}\r\n"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (part('name="cvrNummer"') * 2, "en del uden navn"),
        (part('name="a"') + part('name="b"', end="ig\r\n"), "deles ikke af sin grænse"),
        (part('filename="cvrNummer"'), "en del uden navn"),
        (part('name="cvrNummer"', "٣٠٠٠٠٠٠٥"), "regnskab er"),
    ],
)
def test_a_form_that_can_be_read_in_two_ways_is_none(body: str, text: str) -> None:
    headers = {"content-type": "multipart/form-data; boundary=b"}
    with pytest.raises(annual_form.RefusedFormError, match=text):
        annual_form.read(headers, f"{body}--b--".encode())
    given = {"content-type": annual_form.XHTML, "transaktionsid": "t", "cvrnummer": "٣٠٠٠٠٠٠٥"}
    with pytest.raises(annual_form.RefusedFormError, match="cvrNummer mangler eller er forkert"):
        annual_form.read(given, b"x")
