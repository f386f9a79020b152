"""Certificates: our own key to sign with, and whose signatures we trust.

Belongs here: loading PKCS#12, expiry, trust. Does not: signing messages
(`assets.deliveries.wsse`). A key never leaves the object that holds it and is
never written anywhere.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ObjectIdentifier

from assets.deliveries.channel import NotSentError
from quality.finding import Finding, Severity
from warehouse.errors import PermanentError, SettingsError
from warehouse.secret import Secret

# Source: ETSI EN 319 412-1; OCES3 certificates carry e.g. NTRDK-19552101 here.
_ORGANISATION_IDENTIFIER = ObjectIdentifier("2.5.4.97")

WARN_DAYS = 60  # ordering a new organisation certificate can take weeks
ERROR_DAYS = 7


class UntrustedError(PermanentError):
    """A certificate is not one we trust; the message says why."""


class ExpiredError(NotSentError):
    """Our own certificate may not be used at this time."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Our certificate and its key; `where` is the file, for messages. `chain`: the certificates
    that issued it, where the file holds them.
    """

    certificate: x509.Certificate
    key: RSAPrivateKey = field(repr=False)
    where: str
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def expires_at(self) -> datetime:
        """The last moment the certificate is valid (UTC)."""
        return self.certificate.not_valid_after_utc


def load_pkcs12(path: Path, password: Secret) -> Credentials:
    """The certificate and key in a PKCS#12 file (`.p12`, `.pfx`).

    Raises: SettingsError when the file is missing or unreadable, the password
    does not open it, or it holds no RSA key with a certificate.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"Certificate file {path} cannot be read: {error.strerror}. Put the PKCS#12 file there "
            "or correct the path in the settings."
        ) from error
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(data, password.reveal().encode())
    except ValueError as error:
        raise SettingsError(
            f"Certificate file {path} cannot be opened: the password is wrong or the file is not "
            "PKCS#12. Correct the password file or variable that the settings name."
        ) from error
    if certificate is None or not isinstance(key, RSAPrivateKey):
        raise SettingsError(
            f"Certificate file {path} holds no RSA key with its certificate, which signing needs. "
            "Export both from the certificate's owner as PKCS#12."
        )
    return Credentials(certificate, key, str(path), tuple(chain))


def days_left(certificate: x509.Certificate, now: datetime) -> int:
    """Whole days until `certificate` ends; negative when it has ended."""
    return (certificate.not_valid_after_utc - now) // timedelta(days=1)


def require_valid(credentials: Credentials, now: datetime) -> None:
    """Stop before anything is sent with a certificate that is not valid at `now`.

    Raises: ExpiredError.
    """
    certificate = credentials.certificate
    if now > certificate.not_valid_after_utc:
        raise ExpiredError(
            f"Certificate {credentials.where} expired on {_day(certificate.not_valid_after_utc)}; "
            "nothing was sent. Order a new one, replace the file and run `indberet deliver` again."
        )
    if now < certificate.not_valid_before_utc:
        raise ExpiredError(
            f"Certificate {credentials.where} is valid only from "
            f"{_day(certificate.not_valid_before_utc)}; nothing was sent. Wait until then, or "
            "correct this machine's clock."
        )


def watch(credentials: Credentials, now: datetime) -> list[Finding]:
    """A finding when the certificate ends within `WARN_DAYS`; an error from
    `ERROR_DAYS` on.
    """
    left = days_left(credentials.certificate, now)
    if left >= WARN_DAYS:
        return []
    ends = _day(credentials.expires_at)
    return [
        Finding(
            rule="certificate.expiry",
            severity=Severity.ERROR if left < ERROR_DAYS else Severity.WARNING,
            company_id="",
            where=credentials.where,
            message=f"The certificate expired on {ends}."
            if left < 0
            else f"The certificate expires on {ends}, in {left} days.",
            remedy="Order a new one and replace the file before then.",
            found=str(left),
        )
    ]


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose signatures count: certificates known one by one, or those an issuer
    has given to one organisation.

    An issuer alone is not enough: everyone with an OCES certificate has the same
    one. `organisation` is the identifier in the subject, e.g. `NTRDK-19552101`.
    """

    pinned: frozenset[bytes] = frozenset()
    issuers: tuple[x509.Certificate, ...] = ()
    organisation: str | None = None

    def check(self, certificate: x509.Certificate, now: datetime) -> None:
        """Raises: UntrustedError unless `certificate` is valid at `now` and known."""
        name = certificate.subject.rfc4514_string()
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise UntrustedError(
                f"the certificate of {name} is valid from {_day(certificate.not_valid_before_utc)} "
                f"to {_day(certificate.not_valid_after_utc)}, not now"
            )
        if certificate.fingerprint(hashes.SHA256()) in self.pinned:
            return
        if not any(_issued(certificate, issuer, now) for issuer in self.issuers):
            raise UntrustedError(f"the certificate of {name} is not one that is trusted")
        found = [
            str(part.value)
            for part in certificate.subject.get_attributes_for_oid(_ORGANISATION_IDENTIFIER)
        ]
        if self.organisation not in found:
            raise UntrustedError(
                f"the certificate of {name} comes from a trusted issuer but belongs to "
                f"{', '.join(found) or 'no organisation'}, not to {self.organisation}"
            )


def pin(*certificates: x509.Certificate) -> Trust:
    """Trust exactly these certificates."""
    return Trust(frozenset(one.fingerprint(hashes.SHA256()) for one in certificates))


def load_pem(path: Path) -> list[x509.Certificate]:
    """The certificates in a PEM file.

    Raises: SettingsError when it is missing or holds none.
    """
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"{path} holds no certificate that can be read ({error}). Put the authority's "
            "certificate there as PEM or correct the path in the settings."
        ) from error


def utc_now() -> datetime:
    """The time of this machine, the one clock signing and trust are judged by."""
    return datetime.now(UTC)


def _issued(certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> bool:
    """Whether `issuer` may issue, is valid at `now`, and signed `certificate`."""
    try:
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        certificate.verify_directly_issued_by(issuer)
    except (
        x509.ExtensionNotFound, InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError,
    ):  # fmt: skip
        return False
    return constraints.ca and issuer.not_valid_before_utc <= now <= issuer.not_valid_after_utc


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
