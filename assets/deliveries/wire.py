"""One HTTP request to an authority: bytes out, bytes and status back, or a failure that says
whether what was sent may have arrived.

Belongs here: what HTTP and TLS can do to a request. Does not: what an answer says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NewConnectionError,
    ReadTimeoutError,
)

from assets.deliveries.channel import RefusedError, UnansweredError

LOOKUP = "It will be looked up before anything is sent again."
TRY_LATER = (408, 425, 429)
"""Statuses below 500 that say nothing of the request, only that it came at a bad time."""
_BUSY = (429, 503)
_LARGEST_ANSWER = 32 * 1024 * 1024  # a receipt's PDF is some hundred kilobytes
_THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}
_ABOUT_OUR_CERTIFICATE = (
    "CERTIFICATE_REQUIRED", "UNKNOWN_CA", "BAD_CERTIFICATE", "CERTIFICATE_EXPIRED",
    "CERTIFICATE_REVOKED", "CERTIFICATE_UNKNOWN", "UNSUPPORTED_CERTIFICATE", "ACCESS_DENIED",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """One request, for messages and evidence. `what` begins every message: "Asking …".

    `request`: what is kept as evidence. `is_question`: nothing is filed by it. `transaction_id`:
    what the answer must be about, where answers say so.
    """

    what: str
    method: str
    url: str
    request: bytes
    is_question: bool = False
    transaction_id: str = ""

    @property
    def where(self) -> str:
        """How messages begin."""
        return f"{self.what} at {self.url}"


def ask(
    session: requests.Session,
    sent: Sent,
    body: bytes | None,
    headers: Mapping[str, str],
    timeout: tuple[float, float],
) -> tuple[bytes, int]:
    """The answer's body and HTTP status. `timeout`: seconds to connect, and to be answered in.

    Raises: UnansweredError where no whole answer came, or the authority asks for patience;
    RefusedError where TLS refused.
    """
    session.trust_env = urlsplit(sent.url).hostname not in _THIS_MACHINE
    try:
        with session.request(
            sent.method, sent.url, data=body, headers=dict(headers), timeout=timeout,
            stream=True, allow_redirects=False,
        ) as answer:  # fmt: skip
            found = bytearray()
            for chunk in answer.iter_content(65536):
                found += chunk
                if len(found) > _LARGEST_ANSWER:
                    break
            wait = retry_after(answer.headers.get("Retry-After", ""))
            if answer.status_code in _BUSY and wait is not None:
                raise _busy(sent, bytes(found), answer.status_code, wait)
            return bytes(found), answer.status_code
    except requests.exceptions.RequestException as error:
        raise _unanswered(sent, error) from error


def retry_after(value: str) -> float | None:
    """Seconds to wait by a Retry-After header; None where it says nothing that can be read.

    Source: RFC 9110 § 10.2.3: seconds, or a date.

    >>> retry_after("4"), retry_after("soon"), retry_after("Wed, 21 Oct 2015 07:28:00 GMT")
    (4.0, None, 0.0)
    """
    if value.strip().isdecimal():
        return float(value)
    try:
        return max((parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None


def _busy(sent: Sent, response: bytes, status: int, wait: float) -> UnansweredError:
    then = "It is asked again then." if sent.is_question else LOOKUP
    return UnansweredError(
        f"{sent.where}: HTTP {status}, the authority is busy and asks to be left in peace for "
        f"{wait:.0f} seconds. {then}",
        request=sent.request, response=response, may_have_arrived=True, retry_after=wait,
    )  # fmt: skip


def _unanswered(
    sent: Sent, error: requests.exceptions.RequestException
) -> UnansweredError | RefusedError:
    """No answer: the message tells the cases apart where something was sent and
    where nothing was.
    """
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    if isinstance(reason, NewConnectionError | ConnectTimeoutError):
        return UnansweredError(
            f"{sent.where}: no connection; nothing was sent. Check the network and "
            "the address in the settings; it is tried again.",
            request=sent.request, may_have_arrived=False,
        )  # fmt: skip
    if "CERTIFICATE_VERIFY_FAILED" in str(error):  # later TLS trouble may follow the sending
        return RefusedError(
            f"{sent.where}: the server's TLS certificate is not accepted; nothing "
            "was sent. Check the address in the settings and the certificates this machine "
            "trusts.",
            request=sent.request, response=b"", may_have_arrived=False,
        )  # fmt: skip
    alert = next((one for one in _ABOUT_OUR_CERTIFICATE if f"ALERT_{one}" in str(error)), None)
    if alert is not None:
        return RefusedError(
            f"{sent.where}: the authority does not accept our certificate (TLS alert "
            f"{alert.lower().replace('_', ' ')}). Check that the certificate in the settings is "
            "the one registered with the authority, and that it is neither ended nor revoked.",
            request=sent.request, response=b"", may_have_arrived=False,
        )  # fmt: skip
    how = (
        "no answer came in time"
        if isinstance(error, requests.exceptions.Timeout) or isinstance(cause, ReadTimeoutError)
        else "the connection was dropped before the answer came"
    )
    then = (
        "; it is asked again."
        if sent.is_question
        else f", so the filing may have arrived. {LOOKUP}"
    )
    return UnansweredError(
        f"{sent.where}: {how}{then}", request=sent.request, may_have_arrived=True
    )
