"""A channel that files annual reports with a sandbox: its certificate, its paths, its codes.

Belongs here: what the authority would give a registered software house. Does not: the channel.
"""

from assets.authority.service.folder import SandboxFolder
from assets.deliveries.certificates import load_pem, load_pkcs12
from assets.deliveries.erst import ErstChannel, TlsLine
from assets.deliveries.erst_codes import SANDBOX_CODES
from assets.deliveries.erst_index import PublicationIndex
from assets.deliveries.tls import client_context
from assets.workspace import RestInterface
from warehouse.secret import Secret


def interface(folder: SandboxFolder, url: str) -> RestInterface:
    """How the sandbox of `folder`, whose open port is `url`, is spoken to."""
    return RestInterface(
        base=f"{folder.annual_address.read_text(encoding='ascii')}/ri/api",
        submit="regnskaber",
        status="regnskaber/{transaction_id}",
        index=f"{url}/offentliggoerelser/_search",
        codes=SANDBOX_CODES,
        fields={"transaktionsId": "{transaction_id}", "cvrNummer": "{cvr}"},
    )


def annual_channel(folder: SandboxFolder, url: str, *, answer_timeout: float = 180) -> ErstChannel:
    """A channel that files with the sandbox of `folder`, whose open port is `url`."""
    keys = folder.path / "keys"
    password = Secret((keys / "annual.password").read_text(encoding="ascii").strip())
    credentials = load_pkcs12(keys / "annual.p12", password)
    context = client_context(credentials, load_pem(keys / "tls-ca.pem"))
    line = TlsLine(credentials, context, connect_timeout=5, answer_timeout=answer_timeout)
    spoken = interface(folder, url)
    index = PublicationIndex(spoken.index)
    return ErstChannel("sandbox", is_live=False, interface=spoken, line=line, index=index)
