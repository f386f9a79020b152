from datetime import UTC, date, datetime

import pytest

from assets.authority.service import annual_form, annual_pages, annual_register
from assets.authority.service.annual_rows import AnnualReport
from assets.authority.service.search import QueryError, search

ROWS = [
    {"_id": str(n), "_source": {"cvrNummer": n % 2, "offentliggoerelsestype": "regnskab",
     "offentliggoerelsesTidspunkt": f"2026-01-0{n}T10:00:00.000Z", "regnskab": {"a": n}}}
    for n in range(1, 6)
]  # fmt: skip


def ids(**asked: object) -> str:
    return "".join(hit["_id"] for hit in search(ROWS, asked)["hits"]["hits"])


def term(name: str, value: object) -> dict[str, object]:
    return {"bool": {"must": [{"term": {name: value}}]}}


def test_a_search_finds_sorts_and_pages() -> None:
    newest = [{"offentliggoerelsesTidspunkt": {"order": "desc"}}]
    assert ids(query=term("cvrNummer", 1), sort=newest) == "531"
    assert ids(query={"terms": {"cvrNummer": [0]}}) == "24"
    assert ids(sort=newest, **{"from": 1}, size=2) == "43"
    since = {"range": {"offentliggoerelsesTidspunkt": {"gte": "2026-01-04T10:00:00+00:00"}}}
    assert ids(query={"bool": {"filter": since, "must_not": [{"term": {"cvrNummer": 1}}]}}) == "4"
    assert search(ROWS, {"query": term("cvrNummer", 1), "size": 0})["hits"]["total"] == 3


def test_a_number_as_text_and_an_analysed_text_match_nothing() -> None:
    assert ids(query=term("cvrNummer", "1")) == ""
    assert ids(query=term("offentliggoerelsestype", "regnskab")) == ""


def test_what_is_asked_for_is_given() -> None:
    (hit,) = search(ROWS, {"_source": ["cvrNummer", "regnskab.a"], "size": 1})["hits"]["hits"]
    assert hit["_source"] == {"cvrNummer": 1, "regnskab": {"a": 1}}


@pytest.mark.parametrize(
    "asked",
    [{"query": {"fuzzy": {}}}, {"from": 9_990, "size": 11}, {"size": "1"}, {"query": {}}],
)
def test_a_search_it_does_not_answer_is_refused(asked: dict[str, object]) -> None:
    with pytest.raises(QueryError):
        search(ROWS, asked)


@pytest.mark.parametrize(
    ("year_end", "is_class_d", "due"),
    [
        (date(2025, 12, 31), False, date(2026, 6, 30)),
        (date(2025, 12, 31), True, date(2026, 4, 30)),
        (date(2025, 12, 5), False, date(2026, 6, 8)),
        (date(2025, 6, 24), False, date(2025, 12, 29)),
        (date(2025, 9, 30), False, date(2026, 3, 31)),
        (date(2024, 8, 30), False, date(2025, 2, 28)),
    ],
)
def test_a_report_is_due_by_the_act(year_end: date, is_class_d: bool, due: date) -> None:
    assert annual_register.due_date(year_end, is_class_d=is_class_d) == due


def body(*parts: bytes) -> bytes:
    return b"".join(b"--B\r\n" + part + b"\r\n" for part in parts) + b"--B--\r\n"


def part(name: str, content: bytes, kind: str = "") -> bytes:
    typed = f"\r\nContent-Type: {kind}" if kind else ""
    return f'Content-Disposition: form-data; name="{name}"{typed}\r\n\r\n'.encode() + content


FORM = {"content-type": "multipart/form-data; boundary=B"}
REPORT = part("regnskab", b"<html>\r\n--\x00\xff\r\n", annual_form.XHTML)
IDS = part("transaktionsId", b"t-1"), part("cvrNummer", b"12345674")


def test_a_form_is_read_byte_for_byte() -> None:
    form = annual_form.read(FORM, body(REPORT, *IDS))
    assert form == annual_form.Form("t-1", "12345674", b"<html>\r\n--\x00\xff\r\n")


@pytest.mark.parametrize(
    "broken",
    [
        body(REPORT, *IDS)[:-6], body(*IDS), body(REPORT, IDS[0]), body(REPORT, *IDS, IDS[0]),
        body(REPORT, IDS[0], part("cvrNummer", b"1234567")), b"", body(b"x"),
        body(part("regnskab", b"<html/>", "text/html"), *IDS),
    ],
)  # fmt: skip
def test_a_form_that_is_not_whole_is_refused(broken: bytes) -> None:
    with pytest.raises(annual_form.RefusedFormError):
        annual_form.read(FORM, broken)


def test_the_overview_escapes_what_was_sent() -> None:
    report = AnnualReport(
        "X26-1", "s", "t-1", "12345674", date(2025, 1, 1), date(2025, 12, 31), b"", 84,
        (("DBA.FR57", '"<script>'),), False, False, datetime(2026, 5, 1, tzinfo=UTC),
    )  # fmt: skip
    page = annual_pages.listed([report], {"12345674": "A & B"})
    assert "<script>" not in page
    assert "A &amp; B" in page
    assert "DBA.FR57: &quot;&lt;script&gt;" in page
    assert "Intet modtaget" in annual_pages.listed([], {})
