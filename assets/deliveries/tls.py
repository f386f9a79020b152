"""TLS with a client certificate, for authorities that know us by it.

A key never lies readable on disk: OpenSSL takes one only from a file, so it is handed over
encrypted with a password made for that moment, in memory where the system can name memory as a
file, and the file is gone before anything is sent.

Belongs here: the context, and the way requests is made to use it and nothing else. Does not:
what is sent (`wire`).
"""

import os
import secrets
import ssl
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)
from requests import PreparedRequest
from requests.adapters import HTTPAdapter

from assets.deliveries.certificates import Credentials


def client_context(
    credentials: Credentials, trusted: Sequence[x509.Certificate] | None = None
) -> ssl.SSLContext:
    """A context that shows our certificate and believes servers issued by `trusted`, or by
    whom this machine trusts. TLS 1.2 and later.
    """
    context = ssl.create_default_context()
    if trusted is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_verify_locations(
            cadata="".join(one.public_bytes(Encoding.PEM).decode("ascii") for one in trusted)
        )
    password = secrets.token_bytes(32).hex().encode("ascii")
    parts = [
        credentials.key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password)
        ),
        *(one.public_bytes(Encoding.PEM) for one in (credentials.certificate, *credentials.chain)),
    ]
    with _named(b"".join(parts)) as path:
        context.load_cert_chain(path, password=password)
    return context


@contextmanager
def _named(content: bytes) -> Iterator[str]:
    """A path under which these bytes are read, until the block ends."""
    if hasattr(os, "memfd_create") and Path("/proc/self/fd").is_dir():
        descriptor = os.memfd_create("certificate", os.MFD_CLOEXEC)
        try:
            os.write(descriptor, content)
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
        return
    with tempfile.TemporaryDirectory() as folder:  # readable by its owner only
        path = Path(folder) / "certificate.pem"
        path.write_bytes(content)
        yield str(path)


class ContextAdapter(HTTPAdapter):
    """Connections of one context: nothing in the environment adds to whom it believes."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__()

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        """Where to connect, with our context in place of what requests would choose."""
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {"ssl_context": self._context, "cert_reqs": "CERT_REQUIRED"}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Nothing more: the context says whom to believe and what to show."""
