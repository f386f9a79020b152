"""The way to a server, as far as it goes without credentials: name, port, certificate, clock.

Asked as a pull asks (same certificates, same proxy), so that what works here works there.

Belongs here: what may be wrong on the way. Does not: what the system answers (`doctor`).
"""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import requests
import urllib3

TIMEOUT = 5
"""Seconds a server has to answer."""
_SKEW = timedelta(minutes=5)
_SOON = timedelta(days=14)


_BROKEN: tuple[tuple[tuple[type[BaseException], ...], str, str], ...] = (
    (
        (requests.exceptions.ProxyError,),
        "The proxy on the way to {server} does not let us through.",
        "Correct HTTPS_PROXY, or name the server in NO_PROXY.",
    ),
    (
        (ssl.SSLCertVerificationError,),
        "{server}'s certificate is not trusted: {why}.",
        "See that address, clock and root certificates are right (own ones: REQUESTS_CA_BUNDLE).",
    ),
    (
        (ssl.SSLError,),
        "{server} speaks no TLS we know ({why}).",
        "See that the address is right: https and its port.",
    ),
    (
        (socket.gaierror, urllib3.exceptions.NameResolutionError),
        "No machine is called {host}.",
        "Correct the address in indberet.toml, or see that this machine can look up names.",
    ),
    (
        (ConnectionRefusedError,),
        "Nothing listens at {server}.",
        "See that the server runs, and that the port in indberet.toml is right.",
    ),
    (
        (requests.exceptions.ConnectTimeout,),
        "{server} cannot be reached within {seconds} s.",
        "See that the server runs and no firewall stands between.",
    ),
    (
        (requests.exceptions.ReadTimeout,),
        "{server} takes the connection and says nothing within {seconds} s.",
        "Try again later; if it stays, tell those who run the server.",
    ),
)
"""What an exception says of the way, what to do; the first that fits."""


@dataclass(frozen=True, slots=True)
class Way:
    """One thing about the way to a server; `remedy` is empty where all is well."""

    check: str
    found: str
    remedy: str = ""
    is_wrong: bool = False


def way(url: str, now: datetime, timeout: float = TIMEOUT) -> Iterator[Way]:
    """What can be known of the server at `url`, sending it nothing of ours."""
    where = urlsplit(url)
    if where.scheme not in ("http", "https") or not where.hostname:
        remedy = "Write it as https://example.dk in indberet.toml."
        yield Way("server", f"{url} is no web address.", remedy, is_wrong=True)
        return
    server = f"{where.hostname}:{where.port or (443 if where.scheme == 'https' else 80)}"
    try:
        with requests.get(
            f"{where.scheme}://{where.netloc.rpartition('@')[2]}/", timeout=timeout, stream=True,
            allow_redirects=False,
        ) as answer:  # fmt: skip
            until = _certificate_ends(answer)
            yield from _well(server, until, now)
            yield from _clock(answer.headers.get("Date", ""), now)
    except requests.RequestException as error:
        yield _broken(server, str(where.hostname), error, timeout)


def _well(server: str, until: datetime | None, now: datetime) -> Iterator[Way]:
    if until is None:
        yield Way("server", f"{server} answers.")
    elif until - now > _SOON:
        yield Way("server", f"{server} answers; its certificate is good until {until:%Y-%m-%d}.")
    else:
        yield Way(
            "server", f"{server} answers; its certificate ends on {until:%Y-%m-%d}.",
            "Tell those who run the server; the connection ends with it.",
        )  # fmt: skip


def _clock(told: str, now: datetime) -> Iterator[Way]:
    try:
        theirs = parsedate_to_datetime(told)
    except (ValueError, TypeError):
        return
    away = theirs - now
    if abs(away) <= _SKEW:
        return
    minutes = round(abs(away).total_seconds() / 60)
    way = "behind" if away > timedelta(0) else "ahead of"
    yield Way(
        "clock", f"This machine's clock is {minutes} minutes {way} the server's.",
        "Set this machine's clock (let it ask a time server): tokens and signatures live minutes.",
        is_wrong=True,
    )  # fmt: skip


def _certificate_ends(answer: requests.Response) -> datetime | None:
    connection = getattr(answer.raw, "connection", None)
    sock = getattr(connection, "sock", None)
    certificate = sock.getpeercert() if isinstance(sock, ssl.SSLSocket) else None
    told = certificate.get("notAfter") if certificate else None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(told)), UTC) if told else None


def _broken(server: str, host: str, error: Exception, timeout: float) -> Way:
    """What is wrong, told by the innermost cause."""
    causes = list(_causes(error))
    for kinds, told, remedy in _BROKEN:
        cause = next((one for one in causes if isinstance(one, kinds)), None)
        if cause is not None:
            why = getattr(cause, "verify_message", "") or getattr(cause, "reason", "")
            found = told.format(server=server, host=host, why=why, seconds=f"{timeout:g}")
            return Way("server", found, remedy, is_wrong=True)
    return Way(
        "server", f"{server} cannot be reached, or hangs up.",
        "See that the server runs, the address (http or https, port) is right and no firewall "
        "stands between.",
        is_wrong=True,
    )  # fmt: skip


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and everything behind it, also where libraries keep it as `reason` or argument."""
    seen: set[int] = set()
    left = [error]
    while left:
        one = left.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner = [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
        left += [each for each in inner if isinstance(each, BaseException)]
