"""`[channel.<id>]` and `[delivery]`: the ways to the authorities, and which report takes which.

Belongs here: from their keys to the values the stages use. Does not: the keys
(`settings_models`), or opening a channel (`assets.deliveries.channels`).
"""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from assets.deliveries.takes import TAKES
from assets.workspace import ChannelReference, RestInterface, unknown
from pipelines import settings_models as models
from pipelines.settings_secrets import secret
from warehouse.errors import SettingsError

_SANDBOX = "sandbox"
_THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}
_PLACES = {"transaction_id", "cvr"}


def channel(path: Path, name: str, keys: models.SkatKeys | models.ErstKeys) -> ChannelReference:
    """One channel. Raises `SettingsError` for a live one that would not speak TLS."""
    place = f"{path}: [channel.{name}]"
    if isinstance(keys, models.ErstKeys):
        return _erst(path, name, keys)
    urls = keys.urls.model_dump(exclude_none=True)
    if keys.live:
        for key, url in urls.items():
            _refuse_plain(f"{place} urls.{key}", url)
    return ChannelReference(
        name,
        keys.kind,
        urls,
        path.parent / keys.certificate.file,
        secret(f"{place} password", path.parent, keys.password),
        path.parent / keys.trusted.file,
        keys.organisation,
        keys.live,
    )


def _erst(path: Path, name: str, keys: models.ErstKeys) -> ChannelReference:
    place, base = f"{path}: [channel.{name}]", path.parent
    if keys.live:
        _refuse_plain(f"{place} base", keys.base)
    templates = {"submit": keys.submit, "status": keys.status}
    templates |= {f"fields.{key}": value for key, value in keys.fields.items()}
    templates |= {f"headers.{key}": value for key, value in keys.headers.items()}
    for key, template in templates.items():
        _check_places(f"{place} {key}", template)
    if "{transaction_id}" not in keys.status:
        raise SettingsError(
            f"{place} status does not hold {{transaction_id}}: without it an answer that was lost "
            "cannot be asked for again, and a report could be sent twice. Write the path by which "
            "the authority tells of one transaction."
        )
    index_password = None
    if keys.index_password is not None:
        index_password = secret(f"{place} index_password", base, keys.index_password)
    rest = RestInterface(
        base=keys.base,
        submit=keys.submit,
        status=keys.status,
        index=keys.index,
        codes=keys.codes,
        body=keys.body,
        part=keys.part,
        fields=keys.fields,
        headers=keys.headers,
        answer=keys.answer.model_dump(),
        index_user=keys.index_user,
        index_password=index_password,
    )
    return ChannelReference(
        name,
        keys.kind,
        {},
        base / keys.certificate.file,
        secret(f"{place} password", base, keys.password),
        None if keys.trusted is None else base / keys.trusted.file,
        None,
        keys.live,
        rest,
    )


def routes(
    path: Path, keys: models.DeliveryKeys, channels: Mapping[str, ChannelReference]
) -> dict[str, str]:
    """The report types that leave through a channel of their own.

    Raises `SettingsError` for a channel that does not exist, or takes no such report.
    """
    valid = [_SANDBOX, *channels]
    given = keys.model_dump(exclude={"live"}, exclude_none=True)
    for key, name in given.items():
        if name not in valid:
            message = unknown("channel", name, valid)
            raise SettingsError(f"{path}: [delivery] {key}: {message}")
    found = {key: name for key, name in given.items() if key != "channel"}
    for report_type, name in found.items():
        takes = TAKES[channels[name].kind] if name in channels else (report_type,)
        if report_type not in takes:
            raise SettingsError(
                f'{path}: [delivery] {report_type}: channel "{name}" is of kind '
                f"{channels[name].kind}, which takes {' and '.join(takes)}. Name another channel."
            )
    return found


def _check_places(key: str, template: str) -> None:
    """Only what we know stands between braces."""
    left = template
    for place in _PLACES:
        left = left.replace(f"{{{place}}}", "")
    if "{" in left or "}" in left:
        raise SettingsError(
            f"{key} holds a place that is not known. Between braces may stand "
            f"{', '.join(sorted(_PLACES))}."
        )


def _refuse_plain(key: str, url: str) -> None:
    """A live channel speaks TLS, except to this machine (a tunnel, a proxy)."""
    address = urlsplit(url)
    if address.scheme == "http" and address.hostname not in _THIS_MACHINE:
        raise SettingsError(
            f"{key} is a plain http:// address, and the channel is live: the "
            "company's figures would travel readable to everyone on the way. Write the "
            "https:// address the authority gave you."
        )
