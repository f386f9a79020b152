"""The authority's index of publications, asked for one company's annual reports.

Belongs here: the search, its pages, the documents. Does not: whether a document is ours
(`erst_readback`), or taking in filings of others (`assets.intake.index`).

Source: the publication service, `…/offentliggoerelser/_search`, as public clients of it ask: the
CVR number as a whole number, since a text matches nothing there.
"""

import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import requests

from assets.deliveries.channel import RefusedError, UnansweredError
from assets.deliveries.wire import TRY_LATER, Sent, ask

_PAGE = 100
_LARGEST = 64 * 1024 * 1024
_READABLE = ("application/xhtml+xml", "text/html", "application/xml", "text/xml")
_PDF = "application/pdf"
_TIMES = (10.0, 60.0)


@dataclass(frozen=True, slots=True)
class Publication:
    """One publication of a company. `documents`: media type → address, the first of each."""

    case: str
    published_at: str
    period_start: date | None
    period_end: date | None
    documents: Mapping[str, str]

    @property
    def report(self) -> str | None:
        """The address of the machine-readable report."""
        return next((self.documents[kind] for kind in _READABLE if kind in self.documents), None)

    @property
    def pdf(self) -> str | None:
        """The address of the PDF."""
        return self.documents.get(_PDF)


@dataclass(slots=True)
class Transcript:
    """The exchanges so far, as evidence: what was asked, and the bytes answered."""

    requests: list[bytes] = field(default_factory=list)
    responses: list[bytes] = field(default_factory=list)

    @property
    def request(self) -> bytes:
        """All that was asked."""
        return b"\n\n".join(self.requests)

    @property
    def response(self) -> bytes:
        """All that was answered."""
        return b"\n\n".join(self.responses)


@dataclass(frozen=True, slots=True)
class PublicationIndex:
    """One index. `credentials`: user and password where it wants them."""

    url: str
    credentials: tuple[str, str] | None = None

    def publications(self, cvr: str, transcript: Transcript) -> Iterator[Publication]:
        """The annual reports published of a company, newest first.

        Raises: UnansweredError, RefusedError.
        """
        start = 0
        while True:
            asked = {
                "query": {"bool": {"must": [{"term": {"cvrNummer": int(cvr)}}]}},
                "sort": [{"offentliggoerelsesTidspunkt": {"order": "desc"}}],
                "from": start,
                "size": _PAGE,
            }
            body = json.dumps(asked).encode()
            sent = Sent(
                "Looking for the published annual report", "POST", self.url,
                f"POST {self.url}\n\n".encode() + body, is_question=True,
            )  # fmt: skip
            response = self._ask(sent, body)
            transcript.requests.append(sent.request)
            transcript.responses.append(response)
            hits = _hits(sent, response)
            yield from (_publication(sent, response, one) for one in hits)
            if len(hits) < _PAGE:
                return
            start += _PAGE

    def document(self, url: str, transcript: Transcript) -> bytes:
        """The bytes of a published document, unpacked.

        Raises: UnansweredError, RefusedError.
        """
        sent = Sent(
            "Fetching the published annual report", "GET", url, f"GET {url}".encode(),
            is_question=True,
        )  # fmt: skip
        content = _unpacked(sent, self._ask(sent, None))
        transcript.requests.append(sent.request)
        return content

    def _ask(self, sent: Sent, body: bytes | None) -> bytes:
        headers = {"Accept-Encoding": "gzip"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        with requests.Session() as session:
            session.auth = self.credentials if sent.url == self.url else None
            response, status = ask(session, sent, body, headers, _TIMES)
        if status == 200:
            return response
        is_early = status == 404 and sent.url != self.url  # named before it is there
        if status >= 500 or status in TRY_LATER or is_early:
            raise UnansweredError(
                f"{sent.where}: HTTP {status}; it is asked again.",
                request=sent.request, response=response, may_have_arrived=True,
            )  # fmt: skip
        raise RefusedError(
            f"{sent.where}: HTTP {status} instead of an answer. Check the channel's index, "
            "index_user and index_password in the settings.",
            request=sent.request, response=response, may_have_arrived=True,
        )  # fmt: skip


def _hits(sent: Sent, response: bytes) -> list[Mapping[str, Any]]:
    try:
        hits = json.loads(response)["hits"]["hits"]
        return [hit["_source"] for hit in hits]
    except (ValueError, KeyError, TypeError) as error:
        raise _no_result(sent, response, error) from error


def _publication(sent: Sent, response: bytes, source: Mapping[str, Any]) -> Publication:
    try:
        period = (source.get("regnskab") or {}).get("regnskabsperiode") or {}
        documents: dict[str, str] = {}
        for one in source.get("dokumenter") or ():
            kind = str(one.get("dokumentMimeType", "")).partition(";")[0].strip().lower()
            documents.setdefault(kind, str(one["dokumentUrl"]))
        return Publication(
            case=str(source.get("sagsNummer") or ""),
            published_at=str(source.get("offentliggoerelsesTidspunkt") or ""),
            period_start=_day(period.get("startDato")),
            period_end=_day(period.get("slutDato")),
            documents=documents,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _no_result(sent, response, error) from error


def _no_result(sent: Sent, response: bytes, error: Exception) -> UnansweredError:
    return UnansweredError(
        f"{sent.where}: the answer is no search result ({type(error).__name__}: {error}); it is "
        "asked again. If it stays, check the channel's index in the settings: it ends in _search.",
        request=sent.request, response=response, may_have_arrived=True,
    )  # fmt: skip


def _day(text: Any) -> date | None:
    return datetime.fromisoformat(str(text)).date() if text else None


def _unpacked(sent: Sent, content: bytes) -> bytes:
    """The document itself; some are stored compressed without saying so."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(content, _LARGEST)
    except zlib.error:
        plain = b""
    if not unpacker.eof:
        raise UnansweredError(
            f"{sent.where}: the document is compressed, and damaged or larger than "
            f"{_LARGEST:,} bytes; it is asked again.",
            request=sent.request, response=content, may_have_arrived=True,
        )  # fmt: skip
    return plain
