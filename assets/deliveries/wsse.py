"""WS-Security as the tax agency's policy asks: signing a SOAP message, and
reading one only after its signature holds.

Signed are the X.509 token, the Timestamp and the Body, each by exclusive
canonical form; the key is named by a direct reference to the token. The
policy asks for rsa-sha1; `SHA256` is there for the day it does not.

Verification returns the very Body whose digest was checked: references are
resolved to elements, and the elements must be the envelope's own Timestamp,
token and Body, so a signed Body moved elsewhere in the message (signature
wrapping) is refused.

Own code on lxml and cryptography: signxml refuses to sign with SHA-1 and does
not look for the key in a BinarySecurityToken. The tests use it as the
independent judge of what is written here.

Belongs here: the security header. Does not: what a message says.

Source: rsu-policy-sign.xml; OASIS WSS SOAP Message Security 1.1, X.509 Token
Profile 1.1; XML-Signature 1.1.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from lxml import etree

from assets.deliveries.certificates import Credentials, Trust, UntrustedError
from assets.deliveries.skat_schemas import UnreadableError, parse
from warehouse.errors import PermanentError

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
DS = "http://www.w3.org/2000/09/xmldsig#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
X509V3 = (
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
)  # fmt: skip
BASE64 = (
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
)
_ID = f"{{{WSU}}}Id"
_ID_NAMES = (_ID, "Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id")

MAX_AGE = timedelta(seconds=60)  # Source: MessageAge in the services' policy
_LIFETIME = timedelta(minutes=5)  # as the published signed examples


@dataclass(frozen=True, slots=True)
class Algorithms:
    """One pair of signature and digest, by their XML-Signature names."""

    signature: str
    digest: str
    hash: hashes.HashAlgorithm
    digester: Callable[[bytes], Any]


SHA1 = Algorithms(f"{DS}rsa-sha1", f"{DS}sha1", hashes.SHA1(), hashlib.sha1)  # noqa: S303  # the policy asks for it
SHA256 = Algorithms(
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2001/04/xmlenc#sha256",
    hashes.SHA256(),
    hashlib.sha256,
)
_BY_SIGNATURE = {one.signature: one for one in (SHA1, SHA256)}
_BY_DIGEST = {one.digest: one for one in (SHA1, SHA256)}


class SignatureRefusedError(PermanentError):
    """A message's signature does not hold, or does not cover what it must."""


class StaleError(SignatureRefusedError):
    """A message is too old, expired, or from the future."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A message whose signature holds: the one child of its Body, who signed, when."""

    payload: etree._Element
    certificate: x509.Certificate
    created: datetime


def envelope(payload: etree._Element) -> etree._Element:
    """A SOAP 1.1 envelope around `payload`."""
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
    etree.SubElement(root, f"{{{SOAP}}}Header")
    etree.SubElement(root, f"{{{SOAP}}}Body").append(payload)
    return root


def sign(
    payload: etree._Element,
    credentials: Credentials,
    *,
    created: datetime,
    algorithms: Algorithms = SHA1,
    lifetime: timedelta = _LIFETIME,
) -> bytes:
    """The bytes of a signed envelope around `payload`; the same input, the same bytes."""
    root = envelope(payload)
    header, body = root[0], root[1]
    security = etree.SubElement(
        header, f"{{{WSSE}}}Security", {f"{{{SOAP}}}mustUnderstand": "1"},
        nsmap={"wsse": WSSE, "wsu": WSU},
    )  # fmt: skip
    token = etree.SubElement(
        security, f"{{{WSSE}}}BinarySecurityToken",
        {"EncodingType": BASE64, "ValueType": X509V3, _ID: "X509"},
    )  # fmt: skip
    token.text = _b64(credentials.certificate.public_bytes(serialization.Encoding.DER))
    timestamp = etree.SubElement(security, f"{{{WSU}}}Timestamp", {_ID: "TS"})
    etree.SubElement(timestamp, f"{{{WSU}}}Created").text = _instant(created)
    etree.SubElement(timestamp, f"{{{WSU}}}Expires").text = _instant(created + lifetime)
    body.set(_ID, "Body")
    signature = etree.SubElement(security, f"{{{DS}}}Signature", nsmap={"ds": DS})
    info = _signed_info(signature, [timestamp, body, token], algorithms)
    value = credentials.key.sign(_canonical(info), PKCS1v15(), algorithms.hash)
    etree.SubElement(signature, f"{{{DS}}}SignatureValue").text = _b64(value)
    key_info = etree.SubElement(signature, f"{{{DS}}}KeyInfo")
    reference = etree.SubElement(key_info, f"{{{WSSE}}}SecurityTokenReference")
    etree.SubElement(reference, f"{{{WSSE}}}Reference", {"URI": "#X509", "ValueType": X509V3})
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _signed_info(
    signature: etree._Element, signed: list[etree._Element], algorithms: Algorithms
) -> etree._Element:
    info = etree.SubElement(signature, f"{{{DS}}}SignedInfo")
    etree.SubElement(info, f"{{{DS}}}CanonicalizationMethod", {"Algorithm": EXCLUSIVE})
    etree.SubElement(info, f"{{{DS}}}SignatureMethod", {"Algorithm": algorithms.signature})
    for element in signed:
        uri = f"#{element.get(_ID)}"
        reference = etree.SubElement(info, f"{{{DS}}}Reference", {"URI": uri})
        transforms = etree.SubElement(reference, f"{{{DS}}}Transforms")
        etree.SubElement(transforms, f"{{{DS}}}Transform", {"Algorithm": EXCLUSIVE})
        etree.SubElement(reference, f"{{{DS}}}DigestMethod", {"Algorithm": algorithms.digest})
        digest = algorithms.digester(_canonical(element)).digest()
        etree.SubElement(reference, f"{{{DS}}}DigestValue").text = _b64(digest)
    return info


def verify(data: bytes, trust: Trust, now: datetime, max_age: timedelta = MAX_AGE) -> Verified:
    """The payload of a signed message, once everything about it holds.

    Raises: SignatureRefusedError (StaleError for its age) saying what does not
    hold; UnreadableError when it is not XML.
    """
    root = parse(data)
    body, security = _parts(root)
    token = _only(security, WSSE, "BinarySecurityToken")
    timestamp = _only(security, WSU, "Timestamp")
    signature = _only(security, DS, "Signature")
    _unique_ids(root)
    certificate = _certificate(signature, token)
    try:
        trust.check(certificate, now)
    except UntrustedError as error:
        raise SignatureRefusedError(str(error)) from error
    _check_value(signature, certificate)
    covered = _check_references(root, signature)
    for element, name in ((body, "Body"), (timestamp, "Timestamp"), (token, "token")):
        if not any(element is one for one in covered):
            raise SignatureRefusedError(f"the signature does not cover the message's own {name}")
    created = _check_age(timestamp, now, max_age)
    if len(body) != 1:
        raise SignatureRefusedError(f"the Body holds {len(body)} elements, not one")
    return Verified(body[0], certificate, created)


def fault(data: bytes) -> tuple[str, str] | None:
    """Code and text of a SOAP fault, or None when `data` is not one. Faults are
    not signed: they may stop us, never tell us that something was accepted.
    """
    try:
        root = parse(data)
    except UnreadableError:
        return None
    found = root.find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault")
    if root.tag != f"{{{SOAP}}}Envelope" or found is None:
        return None
    return (found.findtext("faultcode") or "").strip(), (
        found.findtext("faultstring") or ""
    ).strip()


def _parts(root: etree._Element) -> tuple[etree._Element, etree._Element]:
    """The envelope's Body and its one security header."""
    if root.tag != f"{{{SOAP}}}Envelope":
        raise SignatureRefusedError(f"it is not a SOAP envelope but {etree.QName(root).localname}")
    header = _only(root, SOAP, "Header")
    return _only(root, SOAP, "Body"), _only(header, WSSE, "Security")


def _only(parent: etree._Element, namespace: str, name: str) -> etree._Element:
    """The one child of that name."""
    found = parent.findall(f"{{{namespace}}}{name}")
    if len(found) != 1:
        raise SignatureRefusedError(
            f"{etree.QName(parent).localname} holds {len(found)} {name}, not one"
        )
    return found[0]


def _unique_ids(root: etree._Element) -> None:
    """No id may name two elements: a reference would then be a choice."""
    seen: set[str] = set()
    for element in root.iter(etree.Element):
        for value in {element.get(name) for name in _ID_NAMES} - {None}:
            if value in seen:
                raise SignatureRefusedError(f"the id {value} names two elements")
            seen.add(str(value))


def _certificate(signature: etree._Element, token: etree._Element) -> x509.Certificate:
    """The certificate in the token, which the signature must name directly."""
    path = f"{{{DS}}}KeyInfo/{{{WSSE}}}SecurityTokenReference/{{{WSSE}}}Reference"
    named = [one.get("URI") for one in signature.findall(path)]
    if named != [f"#{token.get(_ID)}"]:
        raise SignatureRefusedError("the signature does not name the message's token as its key")
    try:
        return x509.load_der_x509_certificate(_unb64(token))
    except ValueError as error:
        raise SignatureRefusedError("the token is not an X.509 certificate") from error


def _check_value(signature: etree._Element, certificate: x509.Certificate) -> None:
    """The signature over SignedInfo by the certificate's key."""
    info = _only(signature, DS, "SignedInfo")
    canonical = _only(info, DS, "CanonicalizationMethod")
    method = _only(info, DS, "SignatureMethod").get("Algorithm", "")
    if canonical.get("Algorithm") != EXCLUSIVE or method not in _BY_SIGNATURE:
        raise SignatureRefusedError(f"the signature method {method} is not one we accept")
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey):
        raise SignatureRefusedError("the certificate's key is not RSA")
    value = _unb64(_only(signature, DS, "SignatureValue"))
    try:
        key.verify(value, _canonical(info, canonical), PKCS1v15(), _BY_SIGNATURE[method].hash)
    except InvalidSignature as error:
        raise SignatureRefusedError("the signature is not the certificate owner's") from error


def _check_references(root: etree._Element, signature: etree._Element) -> list[etree._Element]:
    """The elements whose digests hold."""
    by_id = {
        element.get(name): element
        for element in root.iter(etree.Element)
        for name in _ID_NAMES
        if element.get(name)
    }
    covered = []
    for reference in _only(signature, DS, "SignedInfo").findall(f"{{{DS}}}Reference"):
        uri = reference.get("URI") or ""
        element = by_id.get(uri.removeprefix("#")) if uri.startswith("#") else None
        if element is None:
            raise SignatureRefusedError(f"the signature refers to {uri!r}, which is not here")
        if not _digest_holds(reference, element):
            name = etree.QName(element).localname
            raise SignatureRefusedError(f"the {name} was changed after it was signed")
        covered.append(element)
    return covered


def _digest_holds(reference: etree._Element, element: etree._Element) -> bool:
    transforms = reference.findall(f"{{{DS}}}Transforms/{{{DS}}}Transform")
    method = _only(reference, DS, "DigestMethod").get("Algorithm", "")
    if [one.get("Algorithm") for one in transforms] != [EXCLUSIVE] or method not in _BY_DIGEST:
        raise SignatureRefusedError("a reference uses a transform or digest we do not accept")
    digest = _BY_DIGEST[method].digester(_canonical(element, transforms[0])).digest()
    return hmac.compare_digest(digest, _unb64(_only(reference, DS, "DigestValue")))


def _check_age(timestamp: etree._Element, now: datetime, max_age: timedelta) -> datetime:
    """When the message was made; within `max_age` of `now` either way, not expired."""
    created = _moment(_only(timestamp, WSU, "Created"))
    age = now - created
    if abs(age) > max_age:
        raise StaleError(
            f"it was made {_instant(created)} and read {_instant(now)}; more than "
            f"{max_age.seconds} seconds lie between. Check this machine's clock"
        )
    for expires in timestamp.findall(f"{{{WSU}}}Expires"):
        if _moment(expires) < now:
            raise StaleError(f"it expired {_instant(_moment(expires))}, before {_instant(now)}")
    return created


def _moment(element: etree._Element) -> datetime:
    try:
        moment = datetime.fromisoformat((element.text or "").strip())
    except ValueError as error:
        raise StaleError(f"its timestamp {element.text!r} is not a time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _canonical(element: etree._Element, method: etree._Element | None = None) -> bytes:
    """Exclusive canonical form; `method` may name prefixes to keep."""
    keep = None if method is None else method.find(f"{{{EXCLUSIVE}}}InclusiveNamespaces")
    prefixes = (keep.get("PrefixList") or "").split() if keep is not None else None
    return etree.tostring(
        element, method="c14n", exclusive=True, with_comments=False, inclusive_ns_prefixes=prefixes
    )


def _instant(moment: datetime) -> str:
    """A time as the header writes it: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _unb64(element: etree._Element) -> bytes:
    try:
        return base64.b64decode("".join((element.text or "").split()), validate=True)
    except binascii.Error as error:
        name = etree.QName(element).localname
        raise SignatureRefusedError(f"{name} is not base64") from error
