"""Run the notebooks over a warehouse, each in a kernel of its own, and keep them with results.

    python docs/notebooks/run.py var/warehouse/warehouse.duckdb --to executed

The test of the notebooks runs them the same way.
"""

import argparse
import asyncio
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent
NOTEBOOKS = tuple(sorted(FOLDER.glob("*.ipynb")))
_SECONDS = 600


def executed(
    database: Path, notebooks: Iterable[Path] = NOTEBOOKS, more: Mapping[str, str] | None = None
) -> dict[str, nbformat.NotebookNode]:
    """Each notebook with its results, by name. `more`: a last cell for some of them, by name.

    Raises `nbclient.exceptions.CellExecutionError` where a cell fails.
    """
    os.environ["INDBERET_WAREHOUSE"] = str(database.resolve())
    read = {path.stem: nbformat.read(path, as_version=4) for path in notebooks}
    for name, source in (more or {}).items():
        read[name].cells.append(nbformat.v4.new_code_cell(source))
    asyncio.run(_all(list(read.values())))
    return read


async def _all(notebooks: list[nbformat.NotebookNode]) -> None:
    clients = [NotebookClient(one, timeout=_SECONDS, kernel_name="python3") for one in notebooks]
    with TemporaryDirectory(prefix="nb") as folder:
        for number, client in enumerate(clients):
            kernel = client.create_kernel_manager()
            kernel.transport, kernel.ip = "ipc", f"{folder}/{number}"  # no port is opened
        await asyncio.gather(*(client.async_execute() for client in clients))


def main() -> None:
    """Run all and write them."""
    parser = argparse.ArgumentParser(description="Run the notebooks over a warehouse.")
    parser.add_argument("database", type=Path, help="warehouse.duckdb of a workspace")
    parser.add_argument("--to", type=Path, default=Path("executed"), help="folder for the results")
    given = parser.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    for name, notebook in executed(given.database).items():
        target = given.to / f"{name}.ipynb"
        nbformat.write(notebook, target)
        print(target)


if __name__ == "__main__":
    main()
