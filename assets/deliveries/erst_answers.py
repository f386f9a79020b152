"""Reading one answer of the business authority's interface for annual reports: JSON to values.

Where code, text, reasons and case number stand is configuration: the real names are given to
registered software houses. A code that the table does not hold decides nothing.

Belongs here: an answer's words and their meaning. Does not: asking (`erst`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assets.deliveries.channel import RefusedError, UnansweredError
from assets.deliveries.erst_codes import Meaning
from assets.deliveries.wire import LOOKUP, TRY_LATER, Sent
from assets.workspace import RestInterface

NAMES = {
    "code": "statuskode",
    "text": "tekst",
    "reasons": "fejl",
    "case": "sagsNummer",
    "transaction": "transaktionsId",
}
"""Where an answer says what, when the settings do not say otherwise: the sandbox's names."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one answer says. `words`: the text and the reasons. `case`: the case number."""

    meaning: Meaning
    code: str
    words: str
    case: str


def read(interface: RestInterface, sent: Sent, response: bytes, status: int) -> Told:
    """What an answer to `sent` says.

    Raises: UnansweredError where it is no answer of the service; RefusedError where it is one
    that cannot be acted on: an address that leads elsewhere, a code that is not known.
    """
    found = _object(response)
    names = NAMES | dict(interface.answer)
    code = _word(_at(found, names["code"])) if found is not None else ""
    if found is None or not code:
        raise _no_answer(sent, response, status)
    asked_by = _word(_at(found, names["transaction"]))
    words = _words(_word(_at(found, names["text"])), _at(found, names["reasons"]))
    meaning = interface.codes.get(code)
    if meaning is None:
        raise RefusedError(
            f"{sent.where}: the authority answers status code {code} ({words or 'no words'}), "
            f"which the channel's table does not hold. {_unsure(sent)} Look the code up in the "
            "authority's guide and add it under `codes` in the channel's settings; then run the "
            "command again.",
            request=sent.request, response=response, may_have_arrived=True,
        )  # fmt: skip
    told = Told(Meaning(meaning), code, words, _word(_at(found, names["case"])))
    return _about_us(sent, response, told, asked_by)


def _about_us(sent: Sent, response: bytes, told: Told, transaction: str) -> Told:
    """The answer, unless it is one to somebody else's question, or of an authority in trouble."""
    if transaction and sent.transaction_id and transaction != sent.transaction_id:
        raise UnansweredError(
            f"{sent.where}: the answer is to transaction {transaction}, not to "
            f"{sent.transaction_id}. {_then(sent)}",
            request=sent.request, response=response, may_have_arrived=True,
        )  # fmt: skip
    if told.meaning is Meaning.FAILED:
        raise UnansweredError(
            f"{sent.where}: the authority failed ({told.code} {told.words}). {_then(sent)}",
            request=sent.request, response=response, may_have_arrived=True,
        )  # fmt: skip
    return told


def _no_answer(sent: Sent, response: bytes, status: int) -> UnansweredError | RefusedError:
    """Something that is not the service answered, or the service is down."""
    if status >= 500 or status in TRY_LATER:
        return UnansweredError(
            f"{sent.where}: HTTP {status} without an answer of the service. {_then(sent)}",
            request=sent.request, response=response, may_have_arrived=True,
        )  # fmt: skip
    if status >= 300:
        return RefusedError(
            f"{sent.where}: HTTP {status} instead of an answer. Check the address and the paths "
            "of the channel in the settings.",
            request=sent.request, response=response, may_have_arrived=False,
        )  # fmt: skip
    head = response[:40].decode("utf-8", "replace")
    return UnansweredError(
        f"{sent.where}: the answer is not one: expected JSON with a status code, found “{head}”. "
        f"{_then(sent)}",
        request=sent.request, response=response, may_have_arrived=True,
    )  # fmt: skip


def _then(sent: Sent) -> str:
    return "It is asked again." if sent.is_question else f"The filing may have arrived. {LOOKUP}"


def _unsure(sent: Sent) -> str:
    if sent.is_question:
        return "What became of the filing is not known."
    return "Whether the filing was taken is not known."


def _object(response: bytes) -> Mapping[str, Any] | None:
    try:
        found = json.loads(response)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _at(found: Any, name: str) -> Any:
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _word(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | int) else ""


def _words(text: str, reasons: Any) -> str:
    """The text, then every reason: texts, or objects whose values are told in their order."""
    parts = []
    for one in reasons if isinstance(reasons, list) else []:
        values = one.values() if isinstance(one, Mapping) else [one]
        parts.append(" ".join(filter(None, map(_word, values))))
    return ": ".join(filter(None, [text, "; ".join(filter(None, parts))]))
