"""The service's folder: its keys, whom it trusts, its register.

    keys/ca.pem             the test issuer
    keys/authority.pem      the authority's certificate (what clients trust)
    keys/authority.key      its key
    keys/client.p12         a client certificate to deliver with
    keys/client.password    what opens it
    keys/reference.key      what drafts' references are made with
    trusted/*.pem           client certificates the authority accepts
    register.sqlite         companies, mandates, who read what (see `register`)
    switches.json           how to fail (see `switches`)
    annual.url              where the REST interface answers
    authority.sqlite        everything received and answered

and the keys of the REST interface (`tls_keys`).

Belongs here: what is made on first start and read again. Does not: requests.
"""

import hmac
import secrets
import uuid
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from assets.authority.service import tls_keys
from assets.authority.service.issuing import begun, signed
from assets.authority.service.tls_keys import write_private
from assets.deliveries.certificates import Credentials, Trust, load_pem, load_pkcs12, pin
from assets.deliveries.skat import Endpoints, SkatChannel
from assets.deliveries.skat_exchange import Line
from warehouse.errors import PermanentError
from warehouse.secret import Secret


@dataclass(frozen=True, slots=True)
class SandboxFolder:
    """One authority, or sandbox, on disk."""

    path: Path

    @property
    def authority_certificate(self) -> Path:
        """What a client pins to believe this authority."""
        return self.path / "keys" / "authority.pem"

    @property
    def annual_address(self) -> Path:
        """The file that says where the REST interface answers, while it is running."""
        return self.path / "annual.url"

    @property
    def client_pkcs12(self) -> Path:
        """The certificate and key a client delivers with."""
        return self.path / "keys" / "client.p12"

    @property
    def client_password_file(self) -> Path:
        """The file that holds the password of `client_pkcs12`."""
        return self.path / "keys" / "client.password"

    def prepare(self) -> None:
        """Make the keys where there are none; keys once made stay."""
        for name in ("keys", "trusted"):
            (self.path / name).mkdir(parents=True, exist_ok=True)
        if not self.client_password_file.exists():
            self._make_keys()
        if not self._reference_key.exists():
            write_private(self._reference_key, secrets.token_bytes(32))
        tls_keys.make(self.path)

    @property
    def _reference_key(self) -> Path:
        return self.path / "keys" / "reference.key"

    def reference(self, se_number: str, transaction_id: str) -> str:
        """What a company's draft under that id is called: the same always, and known to nobody
        who was not told, since whoever knows it may see the draft and decide it.
        """
        told = f"{se_number} {transaction_id}".encode()
        made = hmac.digest(self._reference_key.read_bytes(), told, "sha256")
        return str(uuid.UUID(bytes=made[:16], version=4))

    def authority(self) -> Credentials:
        """The authority's own certificate and key."""
        (certificate,) = load_pem(self.authority_certificate)
        data = (self.path / "keys" / "authority.key").read_bytes()
        key = serialization.load_pem_private_key(data, None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise PermanentError(
                f"{self.path / 'keys' / 'authority.key'} is not an RSA key. Delete the folder "
                "`keys` and start the service again; it makes new ones."
            )
        return Credentials(certificate, key, str(self.authority_certificate))

    def client(self) -> Credentials:
        """The client's certificate and key."""
        password = Secret(self.client_password_file.read_text(encoding="ascii").strip())
        return load_pkcs12(self.client_pkcs12, password)

    def trusted(self) -> Trust:
        """The client certificates accepted now; a file added counts at once."""
        return pin(*tls_keys.readable(self.path / "trusted"))

    def trust(self, name: str, certificate: x509.Certificate) -> None:
        """Accept one more client certificate."""
        tls_keys.put(self.path / "trusted" / f"{name}.pem", certificate)

    def channel(self, url: str, *, answer_timeout: float = 30) -> SkatChannel:
        """A channel that delivers to this service, running at `url`."""
        line = Line(
            credentials=self.client(),
            trust=pin(*load_pem(self.authority_certificate)),
            connect_timeout=5,
            answer_timeout=answer_timeout,
        )
        return SkatChannel("sandbox", is_live=False, endpoints=Endpoints.under(url), line=line)

    def _make_keys(self) -> None:
        issuer = issue("Indberet sandbox CA", None, None)
        authority = issue("Indberet sandbox authority", "NTRDK-00000001", issuer)
        client = issue("Indberet sandbox client", "NTRDK-00000002", issuer)
        keys = self.path / "keys"
        pem = serialization.Encoding.PEM
        (keys / "ca.pem").write_bytes(issuer.certificate.public_bytes(pem))
        self.authority_certificate.write_bytes(authority.certificate.public_bytes(pem))
        plain = authority.key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        write_private(keys / "authority.key", plain)
        password = secrets.token_urlsafe(24).encode("ascii")
        container = pkcs12.serialize_key_and_certificates(
            b"client", client.key, client.certificate, None,
            serialization.BestAvailableEncryption(password),
        )  # fmt: skip
        write_private(self.client_pkcs12, container)
        self.trust("client", client.certificate)
        write_private(self.client_password_file, password)


def issue(name: str, organisation: str | None, issuer: Credentials | None) -> Credentials:
    """A key with a certificate from `issuer`, or from itself when there is none."""
    key, builder = begun(name, organisation, issuer)
    return signed(name, key, builder, issuer)
