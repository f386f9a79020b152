"""The desk's own answers: a stable code each, its HTTP status, Danish and English words.

The desk is what a company and those it lets may ask beside filing: dry run, pre-fill, status,
read-back, mandates, read log. `statuskode` is that of the interface for annual reports where it
has one for the same thing. All of these are our own choice; no authority publishes them.

Belongs here: codes and words, and the answer they make. Does not: when they are said.
"""

import json
from dataclasses import dataclass

from starlette.responses import Response

from assets.authority.service import annual_codes


@dataclass(frozen=True, slots=True)
class Code:
    """One answer. `number`: its `statuskode`."""

    id: str
    number: int
    http: int
    danish: str
    english: str


class DeskError(Exception):
    """A request is answered with `code`; `detail` says what was expected and found."""

    def __init__(self, code: Code, detail: str = "") -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


OK = Code("ok", annual_codes.ACCEPTED, 200, "Udført", "Done")
STRANGER = Code(
    "stranger", annual_codes.STRANGER, 403,
    "Certifikatet er ikke registreret hos myndigheden",
    "The certificate is not registered with the authority",
)  # fmt: skip
NO_MANDATE = Code(
    "no-mandate", annual_codes.WRONG_COMPANY, 403,
    "Virksomheden har ikke givet fuldmagt til dette",
    "The company has not given a mandate for this",
)  # fmt: skip
OWN_ONLY = Code(
    "own-only", annual_codes.WRONG_COMPANY, 403,
    "Det kan kun virksomheden selv, med sit eget certifikat",
    "Only the company itself may do this, with its own certificate",
)  # fmt: skip
UNREGISTERED = Code(
    "unregistered", annual_codes.UNREGISTERED, 404,
    "Virksomheden findes ikke", "There is no such company",
)  # fmt: skip
ABSENT = Code(
    "absent", annual_codes.ABSENT, 404,
    "Der findes ingen indberetning med den nøgle",
    "There is no report of that key",
)  # fmt: skip
NO_RECEIPT = Code(
    "no-receipt", annual_codes.ABSENT, 404,
    "Der er ingen kvittering; indberetningen er ikke godkendt",
    "There is no receipt; the report is not accepted",
)  # fmt: skip
NO_SUCH_MANDATE = Code(
    "no-such-mandate", annual_codes.ABSENT, 404,
    "Der er ingen sådan fuldmagt at tilbagekalde",
    "There is no such mandate to withdraw",
)  # fmt: skip
MALFORMED = Code(
    "malformed", annual_codes.NOT_THE_FORM, 400,
    "Forespørgslen har ikke den aftalte form",
    "The request is not of the agreed form",
)  # fmt: skip
TOO_LARGE = Code("too-large", annual_codes.TOO_LARGE, 413, "Filen er for stor",
                 "The file is too large")  # fmt: skip
BUSY = Code(
    "busy", annual_codes.PENDING, 503, "Der er for mange prøver i gang; prøv igen",
    "Too many dry runs are under way; try again",
)  # fmt: skip
ALL = (
    OK, STRANGER, NO_MANDATE, OWN_ONLY, UNREGISTERED, ABSENT, NO_RECEIPT, NO_SUCH_MANDATE,
    MALFORMED, TOO_LARGE, BUSY,
)  # fmt: skip


def answer(code: Code, detail: str = "", **facts: object) -> Response:
    """The answer as JSON: code, words, then `facts`; the same facts, the same bytes."""
    told: dict[str, object] = {
        "kode": code.id, "statuskode": code.number, "tekst": code.danish, "text": code.english,
    }  # fmt: skip
    if detail:
        told["forklaring"] = detail
    content = json.dumps(told | facts, ensure_ascii=False).encode()
    headers = {"Retry-After": "5"} if code is BUSY else {}
    return Response(content, code.http, headers, media_type="application/json")
