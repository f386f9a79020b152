"""How an annual report is handed in: the body of one request, taken apart strictly.

    multipart/form-data     parts transaktionsId, cvrNummer and regnskab (application/xhtml+xml)
    application/xhtml+xml   the report itself; headers transaktionsId and cvrNummer

Belongs here: bytes to values. Does not: what is in a report (`annual_intake`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assets.authority.service import annual_codes as codes

XHTML = "application/xhtml+xml"
LARGEST = 20 * 1024 * 1024
"""Bytes of one report. The authority's own limit is not public."""
LARGEST_BODY = LARGEST + 64 * 1024
"""With the form around it."""
_BOUNDARY = re.compile(
    r'^multipart/form-data\s*;\s*boundary="?([0-9A-Za-z\'()+_,./:=? -]{1,70})"?$'
)
_NAME = re.compile(r'(?:^|[;\s])name="([^"]*)"')
_TRANSACTION = re.compile(r"[0-9A-Za-z._-]{1,100}")
_CVR = re.compile(r"[0-9]{8}")


class RefusedFormError(Exception):
    """The request is none; `code` is the service's, `text` says more."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True)
class Form:
    """One submission as handed in."""

    transaction_id: str
    cvr: str
    content: bytes


def read(headers: Mapping[str, str], body: bytes) -> Form:
    """The submission in a request.

    Raises: RefusedFormError naming what is missing or wrong.
    """
    if len(body) > LARGEST_BODY:
        raise RefusedFormError(codes.TOO_LARGE, f"over {LARGEST} byte")
    kind = headers.get("content-type", "")
    boundary = _BOUNDARY.match(kind)
    if boundary:
        parts = _parts(body, boundary[1].encode("ascii"))
        given = {name: content.decode("utf-8", "replace") for name, (_, content) in parts.items()}
        part_type, content = parts.get("regnskab", ("", b""))
    elif kind.partition(";")[0].strip() == XHTML:
        given, part_type, content = dict(headers), XHTML, body
    else:
        raise RefusedFormError(
            codes.NOT_THE_FORM, f"Content-Type er {kind or 'ikke angivet'}, ikke {XHTML}"
        )
    if len(content) > LARGEST:
        raise RefusedFormError(codes.TOO_LARGE, f"over {LARGEST} byte")
    if part_type.partition(";")[0].strip() != XHTML:
        raise RefusedFormError(
            codes.NOT_THE_FORM, f"regnskab er {part_type or 'ikke angivet'}, ikke {XHTML}"
        )
    return Form(
        _field(given, "transaktionsId", _TRANSACTION), _field(given, "cvrNummer", _CVR), content
    )


def _field(given: Mapping[str, str], name: str, shape: re.Pattern[str]) -> str:
    value = given.get(name, given.get(name.lower(), ""))
    if not shape.fullmatch(value):
        raise RefusedFormError(codes.NOT_THE_FORM, f"{name} mangler eller er forkert")
    return value


def _parts(body: bytes, boundary: bytes) -> dict[str, tuple[str, bytes]]:
    """The parts by name: content type and content. Source: RFC 7578, RFC 2046 § 5.1."""
    line = b"--" + boundary
    if not body.startswith(line + b"\r\n") or not body.rstrip(b"\r\n").endswith(line + b"--"):
        raise RefusedFormError(codes.NOT_THE_FORM, "multipart-formen er ikke hel")
    found: dict[str, tuple[str, bytes]] = {}
    for part in (b"\r\n" + body).split(b"\r\n" + line)[1:-1]:
        if not part.startswith(b"\r\n"):  # the boundary is longer, so it is none
            raise RefusedFormError(codes.NOT_THE_FORM, "multipart-formen deles ikke af sin grænse")
        head, gap, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        lines = head.decode("utf-8", "replace").split("\r\n")
        given = {key.strip().lower(): value.strip() for key, _, value in
                 (one.partition(":") for one in lines)}  # fmt: skip
        name = _NAME.search(given.get("content-disposition", ""))
        if not gap or name is None or name[1] in found:
            raise RefusedFormError(codes.NOT_THE_FORM, "multipart-formen har en del uden navn")
        found[name[1]] = (given.get("content-type", ""), content)
    return found
