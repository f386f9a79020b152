"""Bytes out, bytes in: over HTTP, once, within a time and a size.

Belongs here: sending. Does not: retries, limits or meaning (`client`).
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass

import requests
import urllib3

_CHUNK = 1 << 18


def _without_query(record: logging.LogRecord) -> bool:
    """Leave what follows a question mark out of a line about a request: it may hold a token."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            arg.partition("?")[0] if isinstance(arg, str) else arg for arg in record.args
        )
    return True


logging.getLogger("urllib3.connectionpool").addFilter(_without_query)


class Unanswered(Exception):  # noqa: N818 - not an error of its own: `client` says what it means
    """No whole answer came: `is_late` when time ran out, `is_huge` when it was too large."""

    def __init__(self, *, is_late: bool = False, is_huge: bool = False) -> None:
        super().__init__()
        self.is_late, self.is_huge = is_late, is_huge


@dataclass(frozen=True, slots=True)
class Received:
    """One answer as it came."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Http:
    """Over HTTP, never following a redirect: it would carry the credentials elsewhere.

    `timeout` bounds the silence before and between bytes, and five times it the whole.
    """

    def __init__(self) -> None:
        self._session = requests.Session()

    def send(self, request: requests.PreparedRequest, timeout: float, largest: int) -> Received:
        """Send once. Raises `Unanswered`."""
        end = time.monotonic() + 5 * timeout
        settings = self._session.merge_environment_settings(
            str(request.url), {}, stream=True, verify=None, cert=None
        )
        try:
            with self._session.send(
                request, timeout=timeout, allow_redirects=False, **settings
            ) as answer:
                content = _read(answer, end, largest)
                return Received(answer.status_code, answer.headers, content)
        except requests.Timeout as error:
            raise Unanswered(is_late=True) from error
        except urllib3.exceptions.TimeoutError as error:
            raise Unanswered(is_late=True) from error
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise Unanswered from error

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


def _read(answer: requests.Response, end: float, largest: int) -> bytes:
    chunks, size = [], 0
    # read1 comes back with what is there, so that a trickle meets the end of its time
    while chunk := answer.raw.read1(_CHUNK, decode_content=True):
        size += len(chunk)
        if size > largest:
            raise Unanswered(is_huge=True)
        if time.monotonic() > end:
            raise Unanswered(is_late=True)
        chunks.append(chunk)
    return b"".join(chunks)
