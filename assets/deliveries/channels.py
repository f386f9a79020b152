"""The configured channels: which way filings leave, opened with its certificate.

Belongs here: from settings to a `Channel`. Does not: any authority's protocol.
"""

from assets.deliveries import certificates
from assets.deliveries.channel import Channel
from assets.deliveries.skat import Endpoints, SkatChannel
from assets.deliveries.skat_exchange import Line
from assets.workspace import ChannelReference, Workspace, unknown
from warehouse.errors import SettingsError

SANDBOX = "sandbox"


def open_channel(workspace: Workspace) -> Channel:
    """The channel that `[delivery] channel` names.

    Raises `SettingsError` for one that is not configured or whose certificate cannot be read.
    """
    if workspace.channel == SANDBOX:
        from assets.deliveries.sandbox import client  # noqa: PLC0415  (only where it is used)

        return client.channel(workspace.storage / "sandbox", workspace.sandbox_port)
    reference = workspace.channels.get(workspace.channel)
    if reference is None:
        raise SettingsError(unknown("channel", workspace.channel, [SANDBOX, *workspace.channels]))
    return _skat(reference)


def _skat(reference: ChannelReference) -> SkatChannel:
    assert reference.certificate is not None
    assert reference.password is not None
    credentials = certificates.load_pkcs12(reference.certificate, reference.password.resolve())
    return SkatChannel(
        reference.channel_id,
        reference.is_live,
        Endpoints(
            draft=reference.urls["draft"],
            receipt=reference.urls["receipt"],
            calendar=reference.urls["calendar"],
            sales_list=reference.urls.get("eu_sales_list", ""),
        ),
        Line(credentials, _trust(reference)),
    )


def _trust(reference: ChannelReference) -> certificates.Trust:
    """The authority's own certificate, or those an issuer gives its organisation."""
    assert reference.trusted is not None
    known = certificates.load_pem(reference.trusted)
    if reference.organisation is None:
        return certificates.pin(*known)
    return certificates.Trust(issuers=tuple(known), organisation=reference.organisation)
