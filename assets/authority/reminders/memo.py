"""A Digital Post message: one MeMo 1.1 document, as strict as its schema.

The schema is the Agency for Digital Government's and is not kept here. What it demands of the
elements used is checked by this builder; that the two agree is tested against the schema itself.

Belongs here: elements, their order, lengths and forms. Does not: what a letter says.

Source: MeMo 1.1 (MeMo_core.xsd, MeMo_dataTypes.xsd, MeMo_grd.xsd); memoVersion 1.2 drops
memoSchVersion and is not written.
"""

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from lxml import etree

from warehouse.errors import PermanentError

MEMO = "https://DigitalPost.dk/MeMo-1"
_GRD = "https://data.gov.dk/model/core/"
_NSMAP = {"memo": MEMO, "grd": _GRD}
_WRITTEN_AT = time(6, tzinfo=UTC)
"""The time every letter of a day is dated: the day alone decides its bytes."""
_TEXT, _NOTIFICATION, _URI = 256, 150, 256
_UUID = re.compile(r"[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}")
_CVR = re.compile(r"[0-9]{8}")
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 § 2.2 does not allow in a document."""


@dataclass(frozen=True, slots=True)
class File:
    """One form of the main document. `language`: two letters."""

    encoding: str
    filename: str
    content: bytes
    language: str = "da"


@dataclass(frozen=True, slots=True)
class Message:
    """What a message is made of. `data`: (name, value), at most ten, for the receiver's system.

    `notification` goes out by text message or e-mail and says nothing of the company's affairs.
    """

    message_id: str
    subject: str
    notification: str
    sender_cvr: str
    sender_name: str
    recipient_cvr: str
    recipient_name: str
    day: date
    files: tuple[File, ...]
    action: tuple[str, str]
    data: tuple[tuple[str, str], ...] = ()


def name(text: str) -> str:
    """A registered name as an element may hold it: what XML cannot carry left out, at most 256.

    >>> name("Smed" + chr(7) + "  & Søn"), len(name("x" * 300))
    ('Smed & Søn', 256)
    """
    kept = " ".join(_UNWRITABLE.sub("", text).split())
    return kept if len(kept) <= _TEXT else kept[: _TEXT - 1] + "…"


def is_cvr(text: str) -> bool:
    """Whether a message can be addressed to it: eight digits."""
    return _CVR.fullmatch(text) is not None


def build(message: Message) -> bytes:
    """The message as XML, UTF-8.

    Raises:
        PermanentError: a value that the schema refuses.
    """
    root = etree.Element(_memo("Message"), nsmap=_NSMAP)
    root.set("memoVersion", "1.1")
    root.set("memoSchVersion", "1.1.0")
    _header(etree.SubElement(root, _memo("MessageHeader")), message)
    _body(etree.SubElement(root, _memo("MessageBody")), message)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _header(header: etree._Element, message: Message) -> None:
    _add(header, "messageType", "DIGITALPOST")
    _add(header, "messageUUID", _matching(_UUID, message.message_id, "a UUID of version 4"))
    _add(header, "label", message.subject)
    _add(header, "notification", message.notification, _NOTIFICATION)
    _add(header, "reply", "false")
    _add(header, "mandatory", "false")
    _add(header, "legalNotification", "false")
    sender = etree.SubElement(header, _memo("Sender"))
    _party(sender, "sender", message.sender_cvr, message.sender_name)
    recipient = etree.SubElement(header, _memo("Recipient"))
    _party(recipient, "recipient", message.recipient_cvr, message.recipient_name)
    content = etree.SubElement(header, _memo("ContentData"))
    company = etree.SubElement(content, _grd("CVRdata"))
    etree.SubElement(company, _grd("cvrNumber")).text = message.recipient_cvr
    etree.SubElement(company, _grd("companyName")).text = _text(message.recipient_name, _TEXT)
    for key, value in message.data:
        pair = etree.SubElement(content, _memo("AdditionalContentData"))
        _add(pair, "contentDataName", key)
        _add(pair, "contentDataValue", value)


def _party(parent: etree._Element, role: str, cvr: str, label: str) -> None:
    _add(parent, f"{role}ID", _matching(_CVR, cvr, "a CVR number, eight digits"))
    _add(parent, "idType", "CVR")
    _add(parent, "label", label)


def _body(body: etree._Element, message: Message) -> None:
    _add(body, "createdDateTime", moment(message.day))
    document = etree.SubElement(body, _memo("MainDocument"))
    _add(document, "label", message.subject)
    for file in message.files:
        part = etree.SubElement(document, _memo("File"))
        _add(part, "encodingFormat", file.encoding)
        _add(part, "filename", file.filename)
        _add(part, "language", file.language, 2)
        etree.SubElement(part, _memo("content")).text = b64encode(file.content).decode()
    label, url = message.action
    action = etree.SubElement(document, _memo("Action"))
    _add(action, "label", label)
    _add(action, "actionCode", "SELVBETJENING")
    _add(etree.SubElement(action, _memo("EntryPoint")), "url", url, _URI)


def moment(day: date) -> str:
    """When a letter of `day` says it was made, UTC.

    >>> moment(date(2026, 11, 23))
    '2026-11-23T06:00:00Z'
    """
    return datetime.combine(day, _WRITTEN_AT).strftime("%Y-%m-%dT%H:%M:%SZ")


def _add(parent: etree._Element, tag: str, text: str, at_most: int = _TEXT) -> None:
    etree.SubElement(parent, _memo(tag)).text = _text(text, at_most)


def _text(text: str, at_most: int) -> str:
    if not 0 < len(text) <= at_most or _UNWRITABLE.search(text):
        raise PermanentError(
            f"Tried to write a Digital Post message; MeMo 1.1 takes 1 to {at_most} characters "
            f"that XML can carry, found {len(text)}: {text[:60]!r}. Correct the text it was made "
            "from: the company's name in the register, or [authority] name in the settings."
        )
    return text


def _matching(form: re.Pattern[str], text: str, what: str) -> str:
    if form.fullmatch(text) is None:
        raise PermanentError(
            f"Tried to write a Digital Post message; expected {what}, found {text!r}. Correct it "
            "in the register, or [authority] cvr in the settings."
        )
    return text


def _memo(tag: str) -> str:
    return f"{{{MEMO}}}{tag}"


def _grd(tag: str) -> str:
    return f"{{{_GRD}}}{tag}"
