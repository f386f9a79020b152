"""Filings from an index of publications over HTTP, shaped like the Danish public one.

The index is asked with `POST <url>`: publications in order of time, a page at a time, each
page beginning at the last time seen (pages by offset end at 10,000 there). A publication
names its documents; of each, the machine-readable ones are fetched.

Source: the publication service of the Danish Business Authority, `…/offentliggoerelser/_search`.

Belongs here: requests, paging, what an answer means. Does not: what is in a document.
"""

import gzip
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import requests
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from assets.intake.found import Found, Unreachable
from warehouse.errors import PermanentError, SettingsError, TransientError
from xbrl.uris import split_uri

_MACHINE_READABLE = ("application/xml", "application/xhtml+xml", "text/html", "application/zip")
_TRY_LATER = (408, 425, 429)
_LIMIT = 256 << 20
_PAGE = 1000
_OVERLAP = timedelta(days=7)
"""How far before the place it reached an index is read again: it may show things late."""
_FIELDS = ["cvrNummer", "offentliggoerelsesTidspunkt", "sidstOpdateret", "omgoerelse", "dokumenter"]


@dataclass(frozen=True, slots=True)
class Query:
    """Which publications: of these companies (all when none), published since."""

    companies: tuple[int, ...] = ()
    since: datetime | None = None


class Index:
    """The filings that one index names. Documents may be fetched from `fetches` threads at once.

    Raises `SettingsError` when the address is none.
    """

    fetches = 4

    def __init__(
        self,
        url: str,
        query: Query | None = None,
        *,
        credentials: tuple[str, str] | None = None,
        page_size: int = _PAGE,
        attempts: int = 5,
        timeout: float = 60,
    ) -> None:
        if not _is_web(url):
            raise SettingsError(
                f"The intake's url is no web address: {url}. Write it as https://…/_search."
            )
        self._url = url
        self._query = query or Query()
        self._page_size = page_size
        self._timeout = timeout
        self._session = requests.Session()
        self._session.auth = credentials
        self._total: int | None = None
        self._begin = self._query.since
        self._last: datetime | None = None
        self._failed: list[datetime] = []
        self._retrying = Retrying(
            retry=retry_if_exception_type(TransientError),
            stop=stop_after_attempt(attempts),
            wait=wait_exponential(multiplier=0.2, max=30),
            reraise=True,
        )

    @property
    def total(self) -> int | None:
        """How many publications the index counts, once it has been asked."""
        return self._total

    @property
    def key(self) -> str:
        """What tells this question to this index from every other."""
        asked = (self._url, sorted(self._query.companies), str(self._query.since))
        return hashlib.sha256(repr(asked).encode()).hexdigest()

    @property
    def reached(self) -> datetime | None:
        """The last publication seen, or the first before it whose document was not had."""
        seen = [*self._failed, self._last] if self._last else self._failed
        return min(seen, default=None)

    def resume(self, reached: datetime) -> None:
        """Begin a little before the place that an earlier reading reached."""
        begin = reached - _OVERLAP
        self._begin = max(self._begin, begin) if self._begin else begin

    def places(self) -> Iterator[Found]:
        """Every machine-readable document, in order of publication.

        Raises:
            PermanentError: the index refused, or gave an answer that is none.
            TransientError: it could not be reached within the attempts.
        """
        for hit in self._hits():
            yield from self._documents(hit)

    def _hits(self) -> Iterator[Mapping[str, Any]]:
        """Publications in order of time; those of the page before are told by their id."""
        since = self._begin.astimezone(UTC).isoformat() if self._begin else None
        at_last: set[str] = set()
        while True:
            # Publications of one moment come in any order: begin at it again, and skip only
            # where one moment fills a page.
            page = self._page(since, len(at_last) if len(at_last) >= self._page_size else 0)
            hits = page["hits"]["hits"]
            for hit in hits:
                moment = hit["_source"]["offentliggoerelsesTidspunkt"]
                if moment != since:
                    since, at_last = moment, set()
                if hit["_id"] not in at_last:
                    at_last.add(hit["_id"])
                    yield hit["_source"]
            if len(hits) < self._page_size:
                return

    def _page(self, since: str | None, skipped: int) -> Mapping[str, Any]:
        body = request_body(self._query, since, skipped, self._page_size)
        content = self._retrying(self._ask, "POST", self._url, body)
        try:
            page: Mapping[str, Any] = json.loads(content)
            total = page["hits"]["total"]
            if self._total is None:
                self._total = int(total["value"] if isinstance(total, dict) else total)
            assert isinstance(page["hits"]["hits"], list)
        except (ValueError, KeyError, TypeError, AssertionError) as error:
            raise PermanentError(
                f"The index {self._url} gave an answer that is no search result "
                f"({type(error).__name__}: {error}). Check the address: it ends in _search."
            ) from None
        return page

    def _documents(self, publication: Mapping[str, Any]) -> Iterator[Found]:
        published = _moment(publication.get("offentliggoerelsesTidspunkt"))
        if published:
            self._last = max(self._last or published, published)
        company = publication.get("cvrNummer")
        for document in publication.get("dokumenter") or ():
            url = document.get("dokumentUrl")
            kind = str(document.get("dokumentMimeType", "")).partition(";")[0].strip().lower()
            if url and kind in _MACHINE_READABLE:
                stamp = str(publication.get("sidstOpdateret") or "")
                number = None if company is None else f"{int(company):08d}"
                read = partial(self._fetch, url, published)
                yield Found(url, _name(url), stamp, 0, read, number, published)

    def _fetch(self, url: str, published: datetime | None) -> bytes:
        try:
            return self._document(url)
        except Unreachable:
            if published:
                self._failed.append(published)
            raise

    def _document(self, url: str) -> bytes:
        if not _is_web(url):
            raise Unreachable(f"{url} is no web address; the index names it. It was left out.")
        try:
            return _plain(self._retrying(self._ask, "GET", url, None), url)
        except (PermanentError, TransientError) as error:
            raise Unreachable(str(error)) from None

    def _ask(self, method: str, url: str, body: Mapping[str, Any] | None) -> bytes:
        try:
            answer = self._session.request(method, url, json=body, timeout=self._timeout)
        except requests.RequestException as error:
            raise TransientError(
                f"{url} could not be reached: {error}. Run the command again; what is taken in "
                "already is not fetched twice."
            ) from None
        if answer.status_code in _TRY_LATER or answer.status_code >= 500:
            raise TransientError(
                f"{url} answered {answer.status_code} {answer.reason}. Run the command again "
                "later; what is taken in already is not fetched twice."
            )
        if answer.status_code != 200:
            raise PermanentError(
                f"{url} answered {answer.status_code} {answer.reason}. Check the address and "
                "whether it wants a user and password."
            )
        return answer.content


def request_body(query: Query, since: str | None, skipped: int, page_size: int) -> dict[str, Any]:
    """What the index is asked: by time, from `since` on, without those `skipped` at that time."""
    must: list[dict[str, Any]] = []
    if query.companies:
        must.append({"terms": {"cvrNummer": sorted(query.companies)}})
    if since:
        must.append({"range": {"offentliggoerelsesTidspunkt": {"gte": since}}})
    return {
        "query": {"bool": {"must": must or [{"match_all": {}}]}},
        "sort": [{"offentliggoerelsesTidspunkt": {"order": "asc"}}],
        "_source": _FIELDS,
        "from": skipped,
        "size": page_size,
    }


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_web(url: str) -> bool:
    parts = split_uri(url)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _name(url: str) -> str:
    return split_uri(url).path.rpartition("/")[2] or "document"


def _plain(content: bytes, url: str) -> bytes:
    """The document itself; some are stored compressed without saying so."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.open(io.BytesIO(content)) as file:
            plain = file.read(_LIMIT + 1)
    except (OSError, EOFError) as error:
        raise Unreachable(f"{url} is compressed and damaged: {error}. Fetch it again.") from None
    if len(plain) > _LIMIT:
        raise Unreachable(f"{url} unpacks to more than {_LIMIT:,} bytes. It was left out.")
    return plain


def numbers(companies: Sequence[str]) -> tuple[int, ...]:
    """CVR numbers as the index wants them: a text gives no match there."""
    return tuple(int(one) for one in companies)
