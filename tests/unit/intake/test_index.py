from datetime import UTC, datetime

import pytest

from assets.intake.found import Unreachable
from assets.intake.index import Index, Query, request_body
from warehouse.errors import SettingsError


def test_the_index_is_asked_for_companies_by_number_and_in_order_of_time() -> None:
    body = request_body(Query((10150817,)), "2024-05-01T10:00:00.000Z", 0, 500)
    assert body == {
        "query": {
            "bool": {
                "must": [
                    {"terms": {"cvrNummer": [10150817]}},
                    {"range": {"offentliggoerelsesTidspunkt": {"gte": "2024-05-01T10:00:00.000Z"}}},
                ]
            }
        },
        "sort": [{"offentliggoerelsesTidspunkt": {"order": "asc"}}],
        "_source": [
            "cvrNummer", "offentliggoerelsesTidspunkt", "sidstOpdateret", "omgoerelse",
            "dokumenter",
        ],
        "from": 0,
        "size": 500,
    }  # fmt: skip
    assert request_body(Query(), None, 0, 1)["query"] == {"bool": {"must": [{"match_all": {}}]}}


def test_publications_of_one_moment_are_each_seen_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three of a moment over pages of two, in whatever order the index gives them."""
    published = [("a", "T1"), ("b", "T2"), ("c", "T2"), ("d", "T2"), ("e", "T3")]
    asked = []

    def page(self: Index, since: str | None, skipped: int) -> object:
        asked.append((since, skipped))
        hits = [one for one in published if since is None or one[1] >= since]
        hits = hits[skipped : skipped + 2]
        made = [{"_id": i, "_source": {"offentliggoerelsesTidspunkt": t, "i": i}} for i, t in hits]
        return {"hits": {"total": 5, "hits": made}}

    monkeypatch.setattr(Index, "_page", page)
    index = Index("https://example.dk/_search", page_size=2)
    assert [hit["i"] for hit in index._hits()] == ["a", "b", "c", "d", "e"]
    assert asked == [(None, 0), ("T2", 0), ("T2", 2), ("T3", 0)]


@pytest.mark.parametrize("url", ["ftp://example.dk", "https://[example.dk"])
def test_a_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Index(url, Query(since=datetime(2024, 1, 1, tzinfo=UTC)))
    assert str(caught.value) == (
        f"The intake's url is no web address: {url}. Write it as https://…/_search."
    )


def test_an_address_in_the_index_that_is_none_leaves_out_that_document_only() -> None:
    found = {"dokumentUrl": "https://[x", "dokumentMimeType": "application/xml"}
    [document] = Index("https://example.dk/_search")._documents({"dokumenter": [found]})
    assert document.name == "document"
    with pytest.raises(Unreachable) as caught:
        document.read()
    assert str(caught.value) == (
        "https://[x is no web address; the index names it. It was left out."
    )
