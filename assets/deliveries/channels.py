"""The configured channels: which way filings leave, opened with its certificate.

Belongs here: from settings to a `Channel`. Does not: any authority's protocol.
"""

from assets.deliveries import certificates
from assets.deliveries.channel import Channel
from assets.deliveries.sandbox.folder import SandboxFolder
from assets.deliveries.skat import Endpoints, SkatChannel
from assets.deliveries.skat_exchange import Line
from assets.workspace import ChannelReference, Workspace, unknown
from quality.finding import Finding
from warehouse.errors import SettingsError

SANDBOX = "sandbox"


def open_channel(workspace: Workspace) -> Channel:
    """The channel that `[delivery] channel` names.

    Raises `SettingsError` for one that is not configured or whose certificate cannot be read.
    """
    if workspace.channel == SANDBOX:
        return _sandbox(workspace)
    reference = workspace.channels.get(workspace.channel)
    if reference is None:
        raise SettingsError(unknown("channel", workspace.channel, [SANDBOX, *workspace.channels]))
    return _skat(reference)


def certificate_findings(workspace: Workspace) -> list[Finding]:
    """What is wrong, or soon will be, with the certificate of the configured channel.

    Nothing while the workspace's sandbox has never been started. Raises
    `SettingsError` for a certificate that cannot be read.
    """
    reference = workspace.channels.get(workspace.channel)
    if reference is not None:
        credentials = _credentials(reference)
    elif (folder := SandboxFolder(workspace.storage / "sandbox")).client_pkcs12.exists():
        credentials = folder.client()
    else:
        return []
    return certificates.watch(credentials, workspace.now())


def _credentials(reference: ChannelReference) -> certificates.Credentials:
    assert reference.certificate is not None
    assert reference.password is not None
    return certificates.load_pkcs12(reference.certificate, reference.password.resolve())


def _sandbox(workspace: Workspace) -> Channel:
    """The sandbox authority of this workspace, with the keys it made when it was started."""
    folder = SandboxFolder(workspace.storage / "sandbox")
    if not folder.client_pkcs12.exists():
        raise SettingsError(
            f"The sandbox authority of this workspace has never been started (no keys in "
            f"{folder.path}). Run `indberet sandbox start`, then run the command again."
        )
    return folder.channel(f"http://127.0.0.1:{workspace.sandbox_port}")


def _skat(reference: ChannelReference) -> SkatChannel:
    return SkatChannel(
        reference.channel_id,
        reference.is_live,
        Endpoints(
            draft=reference.urls["draft"],
            receipt=reference.urls["receipt"],
            calendar=reference.urls["calendar"],
            sales_list=reference.urls.get("eu_sales_list", ""),
        ),
        Line(_credentials(reference), _trust(reference)),
    )


def _trust(reference: ChannelReference) -> certificates.Trust:
    """The authority's own certificate, or those an issuer gives its organisation."""
    assert reference.trusted is not None
    known = certificates.load_pem(reference.trusted)
    if reference.organisation is None:
        return certificates.pin(*known)
    return certificates.Trust(issuers=tuple(known), organisation=reference.organisation)
