"""OAuth 2 tokens: got anew before they expire, and kept where only this user can read.

Some vendors give a new refresh token with every use and void the old one. So the new
one is on disk before it is used, and two processes take turns.

Belongs here: tokens. Does not: asking a person for consent (`consent`).
"""

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import requests
from filelock import FileLock

from assets.sources.network.address import checked
from assets.sources.network.auth import Basic
from assets.sources.network.transport import Http, Unanswered
from warehouse.errors import PermanentError, TransientError
from warehouse.secret import Secret

_EARLY = 60  # seconds before its end in which a token is no longer used
_LARGEST = 1 << 20
_UNTOLD = 300  # seconds a token is used when the vendor does not tell


class _Form(dict[str, str]):
    """What is sent for a token; it does not show itself in a traceback."""

    def __repr__(self) -> str:
        return f"_Form({', '.join(self)})"


@dataclass(frozen=True, slots=True)
class Grant:
    """How a vendor gives tokens.

    `fields` go with every token request (scope, resource). `in_body`: the client's id and
    secret as form fields (RFC 6749 § 2.3.1) in place of HTTP Basic.
    """

    title: str
    token_url: str
    client_id: str
    client_secret: Secret | None
    kind: str = "refresh_token"
    fields: Mapping[str, str] | None = None
    in_body: bool = False


class OAuth:
    """Bearer tokens of one connection.

    `first`: the refresh token a person's consent gave, used until the vendor gives another.
    `folder`: where tokens are kept; None keeps them in memory only.
    """

    def __init__(
        self,
        grant: Grant,
        first: Secret | None,
        folder: Path | None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._grant, self._first, self._clock = grant, first, clock
        self._file = folder / "tokens.json" if folder else None
        self._tokens: dict[str, Any] = {}

    def apply(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put a token that is good for a while on the request."""
        if not self._is_good():
            self._get(refused=None)
        request.headers["Authorization"] = f"Bearer {self._tokens['access_token']}"
        return request

    def renew(self) -> bool:
        """Get another token after the server refused this one."""
        self._get(refused=Secret(str(self._tokens.get("access_token"))))
        return True

    def secrets(self) -> list[str]:
        """Tokens and secrets known so far."""
        known = [self._tokens.get("access_token"), self._tokens.get("refresh_token")]
        known += [s.reveal() for s in (self._first, self._grant.client_secret) if s]
        return [value for value in known if value]

    def _is_good(self) -> bool:
        return float(self._tokens.get("expires_at", 0)) - _EARLY > self._clock()

    def _get(self, refused: Secret | None) -> None:
        """Tokens from the file if another process got new ones meanwhile, else from the vendor."""
        if self._file is None:
            self._tokens = self._asked()
            return
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(self._file.with_suffix(".lock"), timeout=120):
            if self._file.exists():
                self._tokens = _kept(self._file)
            is_refused = refused and refused.reveal() == self._tokens.get("access_token")
            if not self._is_good() or is_refused:
                self._tokens = self._asked()
                _write_private(self._file, self._tokens)

    def _asked(self) -> dict[str, Any]:
        grant = self._grant
        form = _Form({"grant_type": grant.kind, **(grant.fields or {})})
        told = {"first": _mark(self._first), "client_id": grant.client_id}
        if grant.kind == "refresh_token":
            form["refresh_token"] = self._refresh_token()
        answer = ask_token(grant, form)
        tokens = {
            "access_token": answer["access_token"],
            "refresh_token": answer.get("refresh_token", form.get("refresh_token")),
            "expires_at": self._clock() + answer["expires_in"],
        }
        return told | tokens

    def _refresh_token(self) -> str:
        """The newest one; a new one in the settings goes before what an older one led to."""
        if self._tokens.get("refresh_token") and self._tokens.get("first") == _mark(self._first):
            return str(self._tokens["refresh_token"])
        if self._first is None:
            raise PermanentError(
                f"There is no consent for {self._grant.title} yet. Give it with `indberet connect`."
            )
        return self._first.reveal()


def ask_token(grant: Grant, form: Mapping[str, str]) -> dict[str, Any]:
    """One answer of the token endpoint.

    Raises `PermanentError` when it refuses, `TransientError` when it does not answer.
    """
    form = _Form(form)
    request = requests.Request("POST", checked(grant.title, grant.token_url))
    if grant.in_body or grant.client_secret is None:
        form["client_id"] = grant.client_id
        if grant.client_secret is not None:
            form["client_secret"] = grant.client_secret.reveal()
    request.data = urlencode(form)
    request.headers = {"Content-Type": "application/x-www-form-urlencoded"}
    prepared = request.prepare()
    if not grant.in_body and grant.client_secret is not None:
        prepared = Basic(grant.client_id, grant.client_secret).apply(prepared)
    http = Http()
    try:
        received = http.send(prepared, 60, _LARGEST)
    except Unanswered as error:
        raise TransientError(
            f"{grant.title} gave no token: {grant.token_url} did not answer. Try again later."
        ) from error
    finally:
        http.close()
    if received.status == requests.codes.ok:
        try:
            return _checked(json.loads(received.content))
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            # without what it came from, which may hold a token
            raise PermanentError(
                f"{grant.title} gave no token: what {grant.token_url} answered is no token "
                "response. Correct the connection's address."
            ) from None
    if received.status >= requests.codes.internal_server_error or received.status == 429:
        raise TransientError(
            f"{grant.title} gave no token: {grant.token_url} failed (HTTP {received.status}). Try "
            "again later."
        )
    raise PermanentError(
        f"{grant.title} gave no token (HTTP {received.status}, {_reason(received.content)}): the "
        "consent was withdrawn or has expired, or the client is unknown. Connect again with "
        "`indberet connect`."
    )


def _checked(answer: Any) -> dict[str, Any]:
    """The answer when its tokens can stand in a header (RFC 6749 § A.12) and its seconds are
    seconds; some vendors write those as text. Raises `ValueError`, `KeyError`, `TypeError`.
    """
    tokens = [answer["access_token"], answer.get("refresh_token") or "-"]
    if not all(isinstance(t, str) and t and t.isascii() and t.isprintable() for t in tokens):
        raise ValueError
    return {**answer, "expires_in": int(float(answer.get("expires_in", _UNTOLD)))}


def _reason(content: bytes) -> str:
    """The error code of RFC 6749 § 5.2; never the answer's text, which may repeat a token."""
    try:
        told = json.loads(content).get("error")
    except (ValueError, AttributeError):
        return "no reason given"
    known = ("invalid_request", "invalid_client", "invalid_grant", "unauthorized_client",
             "unsupported_grant_type", "invalid_scope")  # fmt: skip
    return told if told in known else "no reason given"


def _kept(path: Path) -> dict[str, Any]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return {**_checked(kept), "expires_at": float(kept["expires_at"])}
    except (ValueError, KeyError, TypeError, RecursionError):
        raise PermanentError(
            f"{path} holds no tokens that can be read. Remove it, then pull again; where the "
            "consent serves once, give it anew with `indberet connect`."
        ) from None


def _mark(first: Secret | None) -> str:
    """Tells one consent from another without telling the token."""
    return hashlib.sha256((first.reveal() if first else "").encode()).hexdigest()[:12]


def _write_private(path: Path, tokens: Mapping[str, Any]) -> None:
    """Atomically, and readable by this user only from the first byte."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        json.dump(tokens, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
