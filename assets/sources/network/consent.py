"""A person's consent in a browser: OAuth 2 authorization code with PKCE, on this machine.

The vendor sends the browser back to a page we serve on loopback for as long as it
takes; what it brings is changed for a refresh token at once.

Source: RFC 6749 § 4.1, RFC 7636 (PKCE), RFC 8252 § 7.3 (loopback redirect).

Belongs here: the conversation. Does not: keeping the token (`pipelines` writes it to a
secret file), or using it (`oauth`).
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from assets.sources.network.oauth import Grant, ask_token
from warehouse.errors import PermanentError, TransientError
from warehouse.secret import Secret

_PATIENCE = 600  # seconds a person may take


@dataclass(frozen=True, slots=True)
class Consent:
    """What a vendor's consent page needs. `port`: where the browser comes back to, as
    registered with the vendor (`http://localhost:<port>/callback`).
    """

    grant: Grant
    authorize_url: str
    scope: str
    port: int = 8768
    fields: Mapping[str, str] | None = None

    @property
    def redirect(self) -> str:
        """The address to register with the vendor."""
        return f"http://localhost:{self.port}/callback"


def ask(consent: Consent, show: Callable[[str], None], patience: float = _PATIENCE) -> Secret:
    """The refresh token a person's consent gives; `show` gets the address to open.

    Raises `PermanentError` when consent is refused or gives no refresh token,
    `TransientError` when nobody came back in time.
    """
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    query = {
        "response_type": "code", "client_id": consent.grant.client_id,
        "redirect_uri": consent.redirect, "scope": consent.scope, "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256", **(consent.fields or {}),
    }  # fmt: skip
    with _Listener(consent.port) as listener:
        show(f"{consent.authorize_url}?{urlencode(query)}")
        came = listener.wait(state, patience)
    if came is None:
        raise TransientError(
            f"Nobody came back from {consent.grant.title}'s consent page within "
            f"{patience / 60:g} minutes. Run the command again, and open the address it shows."
        )
    if "code" not in came:
        raise PermanentError(
            f"{consent.grant.title} gave no consent ({came.get('error', 'no reason given')[:60]}). "
            "Run the command again, and accept on its page as a user who may."
        )
    grant = replace(consent.grant, kind="authorization_code", fields=None)
    answer = ask_token(
        grant,
        {"grant_type": "authorization_code", "code": came["code"],
         "redirect_uri": consent.redirect, "code_verifier": verifier},
    )  # fmt: skip
    if not answer.get("refresh_token"):
        raise PermanentError(
            f"{consent.grant.title} gave no refresh token, so the connection would end within the "
            "hour. Let the client ask for offline access."
        )
    return Secret(answer["refresh_token"])


class _Listener(HTTPServer):
    """Takes the browser back; whatever else asks is turned away."""

    def __init__(self, port: int) -> None:
        try:
            super().__init__(("127.0.0.1", port), _Page)
        except OSError as error:
            raise TransientError(
                f"Port {port} of this machine is in use, and the consent page must come back to "
                "it. Close what uses it, then run the command again."
            ) from error
        self.timeout = 1
        self.state = ""
        self.came: dict[str, str] | None = None

    def wait(self, state: str, patience: float) -> dict[str, str] | None:
        """What the vendor sent back with the browser, or None when time ran out."""
        self.state = state
        end = time.monotonic() + patience
        while self.came is None and time.monotonic() < end:
            self.handle_request()
        return self.came


class _Page(BaseHTTPRequestHandler):
    server: _Listener

    def do_GET(self) -> None:
        """One visit of the browser."""
        where = urlsplit(self.path)
        told = {name: values[0] for name, values in parse_qs(where.query).items()}
        is_ours = where.path == "/callback" and told.get("state") == self.server.state
        if is_ours:
            self.server.came = told
        text = "Thank you. Go back to the terminal." if is_ours else "Nothing here."
        self.send_response(200 if is_ours else 404)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_arguments: Any) -> None:
        """Silence: the address holds the code."""
