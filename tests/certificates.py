"""Certificates made on the spot, for tests only."""

from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from assets.deliveries.certificates import Credentials

START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2027, 1, 1, tzinfo=UTC)


_KEYS: dict[str, rsa.RSAPrivateKey] = {}


def _key(name: str) -> rsa.RSAPrivateKey:
    if name not in _KEYS:
        _KEYS[name] = rsa.generate_private_key(65537, 2048)
    return _KEYS[name]


def make_credentials(
    name: str,
    *,
    issuer: Credentials | None = None,
    organisation: str | None = None,
    is_ca: bool = False,
    start: datetime = START,
    end: datetime = END,
) -> Credentials:
    key = _key(name)
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if organisation:
        parts.append(x509.NameAttribute(x509.ObjectIdentifier("2.5.4.97"), organisation))
    subject = x509.Name(parts)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(len(_KEYS))
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .sign(issuer.key if issuer else key, hashes.SHA256())
    )
    return Credentials(certificate, key, f"{name}.p12")
