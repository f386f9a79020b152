"""Takes in a folder, and kills itself at the given sync to disk; run by `test_intake`."""

import os
import signal
import sys
from pathlib import Path

from assets.intake import figures
from assets.intake.files import Files
from assets.intake.take_in import Options, take_in
from warehouse.store import Store


def main(folder: Path, warehouse: Path, killed_at: int) -> None:
    sync, count = os.fsync, 0

    def counting(handle: int) -> None:
        nonlocal count
        count += 1
        if count == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)
        sync(handle)

    os.fsync = counting
    store = Store(warehouse)
    take_in(store, [Files([folder])], Options(workers=1, batch_filings=3), lambda *_: None)
    figures.bring_up_to_date(store)
    sys.stdout.write(str(count))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
