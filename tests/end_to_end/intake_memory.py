"""Takes in a folder in small batches; prints the peak memory half-way and at the end (KiB).

Run by `test_intake`, in a process of its own.
"""

import re
import sys
from pathlib import Path

from assets.intake.files import Files
from assets.intake.take_in import Options, take_in
from warehouse.store import Store


def peak() -> int:
    """The most this process has held."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0])


def main(folder: Path, warehouse: Path) -> None:
    files = Files([folder])
    half, seen = 0, 0

    def progress(_text: str, _count: int) -> None:
        nonlocal half, seen
        seen += 25
        if half == 0 and seen >= (files.total or 0) // 2:
            half = peak()

    take_in(Store(warehouse), [files], Options(workers=2, batch_filings=8), progress)
    sys.stdout.write(f"{half} {peak()}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
