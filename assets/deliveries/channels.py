"""The configured channels: which way filings leave, opened with its certificate.

Belongs here: from settings to a `Channel`. Does not: any authority's protocol.
"""

from collections.abc import Iterator

from assets.authority.service.annual_client import annual_channel
from assets.authority.service.folder import SandboxFolder
from assets.deliveries import certificates
from assets.deliveries.channel import Channel
from assets.deliveries.erst import ErstChannel, TlsLine
from assets.deliveries.erst_index import PublicationIndex
from assets.deliveries.skat import Endpoints, SkatChannel
from assets.deliveries.skat_exchange import Line
from assets.deliveries.takes import TAKES
from assets.deliveries.tls import client_context
from assets.workspace import ChannelReference, Workspace, unknown
from quality.finding import Finding
from warehouse.errors import SettingsError

SANDBOX = "sandbox"


def open_channel(workspace: Workspace, report_type: str) -> Channel:
    """The channel that filings of `report_type` leave through.

    Raises `SettingsError` for one that is not configured or whose certificate cannot be read.
    """
    channel_id = workspace.channel_of(report_type)
    if channel_id == SANDBOX:
        return _sandbox(workspace, report_type)
    reference = workspace.channels.get(channel_id)
    if reference is None:
        raise SettingsError(unknown("channel", channel_id, [SANDBOX, *workspace.channels]))
    return _skat(reference) if reference.rest is None else _erst(reference)


def certificate_findings(workspace: Workspace) -> list[Finding]:
    """What is wrong, or soon will be, with the certificates of the channels in use.

    Nothing while the workspace's sandbox has never been started. Raises
    `SettingsError` for a certificate that cannot be read.
    """
    found: dict[str, Finding] = {}
    for credentials in _in_use(workspace):
        for finding in certificates.watch(credentials, workspace.now()):
            found.setdefault(finding.where, finding)
    return list(found.values())


def _in_use(workspace: Workspace) -> Iterator[certificates.Credentials]:
    """The certificates that filings of the selected companies leave under."""
    for channel_id in sorted({workspace.channel, *workspace.routes.values()}):
        reference = workspace.channels.get(channel_id)
        if reference is not None:
            yield _credentials(reference)
        elif (folder := SandboxFolder(workspace.storage / "sandbox")).client_pkcs12.exists():
            yield folder.client()


def _credentials(reference: ChannelReference) -> certificates.Credentials:
    assert reference.certificate is not None
    assert reference.password is not None
    return certificates.load_pkcs12(reference.certificate, reference.password.resolve())


def _sandbox(workspace: Workspace, report_type: str) -> Channel:
    """The sandbox authority of this workspace, with the keys it made when it was started."""
    folder = SandboxFolder(workspace.storage / "sandbox")
    url = f"http://127.0.0.1:{workspace.sandbox_port}"
    is_annual = report_type in TAKES["erst"]
    if not (folder.annual_address if is_annual else folder.client_pkcs12).exists():
        raise SettingsError(
            f"The sandbox authority of this workspace has never been started (no keys in "
            f"{folder.path}). Run `indberet sandbox start`, then run the command again."
        )
    return annual_channel(folder, url) if is_annual else folder.channel(url)


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


def _erst(reference: ChannelReference) -> ErstChannel:
    spoken = reference.rest
    assert spoken is not None
    credentials = _credentials(reference)
    trusted = None if reference.trusted is None else certificates.load_pem(reference.trusted)
    password = spoken.index_password.resolve().reveal() if spoken.index_password else ""
    user = None if spoken.index_user is None else (spoken.index_user, password)
    return ErstChannel(
        reference.channel_id,
        reference.is_live,
        spoken,
        TlsLine(credentials, client_context(credentials, trusted)),
        PublicationIndex(spoken.index, user),
    )


def _trust(reference: ChannelReference) -> certificates.Trust:
    """The authority's own certificate, or those an issuer gives its organisation."""
    assert reference.trusted is not None
    known = certificates.load_pem(reference.trusted)
    if reference.organisation is None:
        return certificates.pin(*known)
    return certificates.Trust(issuers=tuple(known), organisation=reference.organisation)
