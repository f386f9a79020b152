"""Where documents come from: addresses to bytes, never the network.

Belongs here: the protocol, a resolver over folders and one over memory. Does not:
packages and catalogs (`package_resolver`), or following references (`discovery`).
"""

import errno
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

from xbrl.uris import split_uri


class Resolver(Protocol):
    """Opens documents by absolute address."""

    def open(self, url: str) -> bytes | None:
        """The bytes at `url` (without fragment), or None when they are not to be had."""


class MemoryResolver:
    """Documents given as bytes by address."""

    def __init__(self, documents: Mapping[str, bytes]) -> None:
        self._documents = dict(documents)

    def open(self, url: str) -> bytes | None:
        """The bytes given for `url`."""
        return self._documents.get(url)


class FolderResolver:
    """Documents in folders, each standing for the addresses that begin with a prefix.

    `folders` maps prefix to folder; the longest prefix wins. Nothing outside the folder
    is ever opened.

    >>> FolderResolver({"http://example.com/2024/": Path("/nowhere")}).open("http://example.com/x")
    """

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._folders = sorted(
            ((prefix, folder.resolve()) for prefix, folder in folders.items()),
            key=lambda pair: -len(pair[0]),
        )

    def open(self, url: str) -> bytes | None:
        """The file that stands for `url`."""
        for prefix, folder in self._folders:
            if url.startswith(prefix):
                path = _below(folder, unquote(url[len(prefix) :]).lstrip("/"))
                if path is not None:
                    return path.read_bytes()
        return None


def _below(folder: Path, place: str) -> Path | None:
    """The file of that place in the folder; None where there is none, or can be none."""
    try:
        path = (folder / place).resolve()
        return path if path.is_relative_to(folder) and path.is_file() else None
    except ValueError:  # a zero byte
        return None
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        return None


def file_url(path: Path) -> str:
    """The address of a local file.

    >>> file_url(Path("/data/a b.xsd"))
    'file:///data/a%20b.xsd'
    """
    return path.absolute().as_uri()


def is_absolute(url: str) -> bool:
    """Whether `url` has a scheme.

    >>> is_absolute("http://example.com/a.xsd"), is_absolute("../a.xsd")
    (True, False)
    """
    return bool(split_uri(url).scheme)
