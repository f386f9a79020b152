"""The keys of the service's REST interface: an issuer, the server, a client that files.

    keys/tls-ca.pem, .key        the issuer of both; clients trust it, the server asks for it
    keys/tls-server.pem, .key    the server, for 127.0.0.1 and localhost
    keys/annual.p12, .password   a client certificate to file annual reports with
    senders/*.pem                the client certificates that may file; a file added counts at once

Belongs here: making them on first start. Does not: who uses them.
"""

import logging
import os
import secrets
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID

from assets.authority.service.issuing import ORGANISATION, begun, signed
from assets.deliveries.certificates import Credentials, load_pem
from warehouse.errors import SettingsError

_LOG = logging.getLogger(__name__)
_PEM = serialization.Encoding.PEM


def make(folder: Path) -> None:
    """Make the keys below `folder` where there are none."""
    keys = folder / "keys"
    (folder / "senders").mkdir(parents=True, exist_ok=True)
    if (keys / "annual.password").exists():
        return
    issuer = _issue("Indberet sandbox TLS CA", None, None)
    server = _issue("Indberet sandbox REST", None, issuer)
    for name, one in (("tls-ca", issuer), ("tls-server", server)):
        (keys / f"{name}.pem").write_bytes(one.certificate.public_bytes(_PEM))
        write_private(keys / f"{name}.key", _plain(one.key))
    client = issue_sender(folder, "Indberet sandbox sender", "NTRDK-00000003")
    accept_sender(folder, "client", client.certificate)
    password = secrets.token_urlsafe(24).encode("ascii")
    write_private(
        keys / "annual.p12",
        pkcs12.serialize_key_and_certificates(
            b"annual", client.key, client.certificate, None,
            serialization.BestAvailableEncryption(password),
        ),
    )  # fmt: skip
    write_private(keys / "annual.password", password)


def issue_sender(folder: Path, name: str, organisation: str) -> Credentials:
    """A certificate of the sandbox's issuer, which it believes; to file it must be accepted too."""
    keys = folder / "keys"
    (certificate,) = load_pem(keys / "tls-ca.pem")
    key = serialization.load_pem_private_key((keys / "tls-ca.key").read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    issuer = Credentials(certificate, key, "tls-ca")
    return _issue(name, organisation, issuer)


def accept_sender(folder: Path, name: str, certificate: x509.Certificate) -> None:
    """Let one more client certificate file."""
    put(folder / "senders" / f"{name}.pem", certificate)


def senders(folder: Path) -> dict[bytes, str]:
    """Who may file now: a certificate's SHA-256 → its organisation."""
    found = readable(folder / "senders")
    return {one.fingerprint(hashes.SHA256()): organisation(one) for one in found}


def readable(folder: Path) -> list[x509.Certificate]:
    """The certificates in a folder. A file that cannot be read lets nobody in, and shuts nobody
    else out: it is told of in the service's log.
    """
    found: list[x509.Certificate] = []
    for file in sorted(folder.glob("*.pem")):
        try:
            found += load_pem(file)
        except SettingsError:
            _LOG.exception("a certificate is left out")
    return found


def put(path: Path, certificate: x509.Certificate) -> None:
    """Write a certificate where a running service reads: whole or not at all."""
    new = path.with_suffix(".new")
    new.write_bytes(certificate.public_bytes(_PEM))
    new.replace(path)


def organisation(certificate: x509.Certificate) -> str:
    """The organisation identifier in a certificate's subject; empty when it has none."""
    parts = certificate.subject.get_attributes_for_oid(ORGANISATION)
    return str(parts[0].value) if parts else ""


def write_private(path: Path, data: bytes) -> None:
    """Write a file only its owner may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def _issue(name: str, organisation: str | None, issuer: Credentials | None) -> Credentials:
    """A key with a certificate fit for TLS: of the issuer itself, of the server, or a client's."""
    key, builder = begun(name, organisation, issuer)
    signer = issuer.key if issuer else key
    builder = builder.add_extension(
        x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
    ).add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
        critical=False,
    )
    if issuer is None:
        usage = x509.KeyUsage(
            digital_signature=False, content_commitment=False, key_encipherment=False,
            data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
            encipher_only=False, decipher_only=False,
        )  # fmt: skip
        builder = builder.add_extension(usage, critical=True)
    elif organisation:
        use = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
        builder = builder.add_extension(use, critical=False)
    else:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        ).add_extension(_HERE, critical=False)
    return signed(name, key, builder, issuer)


_HERE = x509.SubjectAlternativeName(
    [x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")]
)


def _plain(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
