"""One signed question to the tax agency and its verified answer.

Every way this can fail ends in one of two exceptions that carry the bytes of
both directions and say whether the filing may have arrived.

Belongs here: signing, and what an answer must be before it is believed. Does not: HTTP
(`wire`), what the messages say (`skat_messages`) or mean (`skat`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import requests
from lxml import etree

from assets.deliveries.certificates import Credentials, Trust, require_valid, utc_now
from assets.deliveries.channel import NotSentError, RefusedError, UnansweredError
from assets.deliveries.skat_schemas import UnreadableError, violations
from assets.deliveries.wire import LOOKUP, Sent, ask
from assets.deliveries.wsse import (
    SHA1,
    Algorithms,
    SignatureRefusedError,
    StaleError,
    fault,
    sign,
    verify,
)

_TRY_LATER = (408, 429)


@dataclass(frozen=True, slots=True)
class Line:
    """How we speak to the agency: our certificate, whom we believe, patience in seconds."""

    credentials: Credentials
    trust: Trust
    algorithms: Algorithms = SHA1
    connect_timeout: float = 10
    answer_timeout: float = 180  # Source: rsu-policy-sign.xml, three minutes
    clock: Callable[[], datetime] = utc_now


@dataclass(frozen=True, slots=True)
class Exchanged:
    """The verified payload of an answer and the bytes of both directions."""

    payload: etree._Element
    request: bytes
    response: bytes


def exchange(line: Line, url: str, operation: str, payload: etree._Element) -> Exchanged:
    """Sign `payload`, post it to `url`, and return the answer once it holds.

    Raises: NotSentError before anything is sent (ExpiredError is one);
    UnansweredError when no usable answer came; RefusedError when the agency
    refused the message or its answer cannot be trusted.
    """
    require_valid(line.credentials, line.clock())
    wrong = violations(payload)
    if wrong:
        raise NotSentError(
            f"Asking {operation}: our own message does not fit the service's schema "
            f"({'; '.join(wrong[:3])}); nothing was sent. Correct the company's settings or the "
            "report it comes from."
        )
    request = sign(payload, line.credentials, created=line.clock(), algorithms=line.algorithms)
    response, status = _post(line, url, operation, request)
    _check_status(url, operation, request, response, status)
    return Exchanged(_believe(line, url, operation, request, response), request, response)


def _post(line: Line, url: str, operation: str, request: bytes) -> tuple[bytes, int]:
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{operation}"'}
    sent = Sent(f"Asking {operation}", "POST", url, request)
    with requests.Session() as session:
        timeout = (line.connect_timeout, line.answer_timeout)
        return ask(session, sent, request, headers, timeout)


def _check_status(url: str, operation: str, request: bytes, response: bytes, status: int) -> None:
    """Stop on a SOAP fault or any status but 200."""
    told = fault(response)
    if told is not None:
        raise _faulted(url, operation, request, response, told)
    if status >= 500 or status in _TRY_LATER:
        raise UnansweredError(
            f"Asking {operation} at {url}: HTTP {status} without an answer of the service; it is "
            f"not known whether the filing arrived. {LOOKUP}",
            request=request, response=response, may_have_arrived=True,
        )  # fmt: skip
    if status != 200:
        raise RefusedError(
            f"Asking {operation} at {url}: HTTP {status} instead of an answer. Check the address "
            "of the service in the settings.",
            request=request, response=response, may_have_arrived=False,
        )  # fmt: skip


def _faulted(
    url: str, operation: str, request: bytes, response: bytes, told: tuple[str, str]
) -> RefusedError | UnansweredError:
    """A SOAP fault: about our signature, our message, or the agency's own trouble."""
    code, text = told
    start = f"Asking {operation} at {url}: "
    if "FailedAuthentication" in code + text:
        return RefusedError(
            f"{start}the agency does not accept our signature ({text or code}). Check that the "
            "certificate is registered with the agency, not revoked, and that this machine's "
            "clock is right.",
            request=request, response=response, may_have_arrived=False,
        )  # fmt: skip
    if "BEA-382505" in code + text:
        return RefusedError(
            f"{start}the agency's schema check refused our message ({text}). This is a defect of "
            "this system or a change of the agency's schema; report it with the request kept.",
            request=request, response=response, may_have_arrived=False,
        )  # fmt: skip
    if code.rpartition(":")[2].startswith("Client"):
        return RefusedError(
            f"{start}the agency refused our message ({text or code}). Read the answer kept and "
            "correct what it names.",
            request=request, response=response, may_have_arrived=False,
        )  # fmt: skip
    return UnansweredError(
        f"{start}the agency failed ({text or code}); the filing may have arrived. {LOOKUP}",
        request=request, response=response, may_have_arrived=True,
    )  # fmt: skip


def _believe(
    line: Line, url: str, operation: str, request: bytes, response: bytes
) -> etree._Element:
    """The answer's payload once signature, age and schema hold."""
    start = f"Asking {operation} at {url}: "
    may = f"The filing may have arrived. {LOOKUP}"
    try:
        payload = verify(response, line.trust, line.clock()).payload
    except (UnreadableError, StaleError) as error:
        raise UnansweredError(
            f"{start}the answer is not one: {error}. {may}",
            request=request, response=response, may_have_arrived=True,
        ) from error  # fmt: skip
    except SignatureRefusedError as error:
        raise RefusedError(
            f"{start}the answer's signature is refused: {error}. It is not believed; the filing "
            "may have arrived. Check the authority's certificate in the settings before anything "
            "is sent again.",
            request=request, response=response, may_have_arrived=True,
        ) from error  # fmt: skip
    wrong = violations(payload)
    if wrong:
        raise UnansweredError(
            f"{start}the answer does not fit the service's schema ({'; '.join(wrong[:3])}). {may}",
            request=request, response=response, may_have_arrived=True,
        )  # fmt: skip
    return payload
