"""What every certificate the service makes says: whose it is, by whom, how long.

Belongs here: a new key and its certificate begun, and the signature. Does not: what one kind of
certificate says besides (`folder`, `tls_keys`), or where it is kept.
"""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID, ObjectIdentifier

from assets.deliveries.certificates import Credentials

ORGANISATION = ObjectIdentifier("2.5.4.97")
"""The attribute organizationIdentifier, as in NTRDK-12345678."""
_DAY = timedelta(days=1)
_YEARS = timedelta(days=5 * 365)


def begun(
    name: str, organisation: str | None, issuer: Credentials | None
) -> tuple[rsa.RSAPrivateKey, x509.CertificateBuilder]:
    """A new key and its certificate, unsigned; of itself when there is no issuer."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if organisation:
        parts.append(x509.NameAttribute(ORGANISATION, organisation))
    subject = x509.Name(parts)
    start = datetime.now(UTC) - _DAY
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + _YEARS)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    return key, builder


def signed(
    name: str,
    key: rsa.RSAPrivateKey,
    builder: x509.CertificateBuilder,
    issuer: Credentials | None,
) -> Credentials:
    """The certificate signed by `issuer`, or by itself when there is none."""
    return Credentials(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key, name)
