"""Addresses that credentials are sent to.

Belongs here: what such an address must be. Does not: sending.
"""

from urllib.parse import urlsplit

from warehouse.errors import SettingsError

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def checked(title: str, url: str) -> str:
    """An address without its last slash. Raises `SettingsError`: none, or one that would
    carry the credentials unencrypted.
    """
    try:
        where = urlsplit(url)
        scheme, host, _ = where.scheme, where.hostname, where.port
    except ValueError:  # a port or an IPv6 address that is none
        scheme, host = "", None
    if scheme not in ("http", "https") or not host:
        raise SettingsError(
            f"The {title} connection's address is no web address: {url}. "
            "Write it as https://example.dk."
        )
    if scheme == "http" and host not in _LOOPBACK:
        raise SettingsError(
            f"The {title} connection's address is {url}: the credentials would cross the network "
            "unencrypted. Use https:// (plain http:// is for this machine only)."
        )
    return url.rstrip("/")
