"""The keys of a sandbox made once for many tests: making them is most of starting one."""

import atexit
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from assets.authority.service.folder import SandboxFolder


@cache
def _made() -> Path:
    folder = Path(mkdtemp(prefix="sandbox-keys-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    SandboxFolder(folder).prepare()
    return folder


def with_keys(folder: Path) -> Path:
    """`folder`, with the keys of a sandbox in it."""
    return Path(shutil.copytree(_made(), folder, dirs_exist_ok=True))
