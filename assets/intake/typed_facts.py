"""Facts typed and labelled by the taxonomy that their filing refers to, where it is installed.

Runs in a worker process, which keeps what it has found.

Belongs here: which taxonomy. Does not: typing (`xbrl.tables.typed`).
"""

from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from assets.intake import taxonomies
from xbrl.model import Instance
from xbrl.tables.typed import typed

_KEPT = 256


def typed_facts(instance: Instance, made: dict[str, pa.Table], library: Path) -> pa.Table | None:
    """`FACT_TYPED` of the facts in `made`, by the first installed taxonomy the filing refers to.

    Labels are in the language most of its facts are in, else English. None when the taxonomy
    is not installed.
    """
    folder = compiled(library, instance)
    if folder is None:
        return None
    language = made["xbrl_filing"]["language"][0].as_py() or "en"
    return typed(made["xbrl_fact"], folder, language.partition("-")[0], instance.prefixes)


def compiled(library: Path, instance: Instance) -> Path | None:
    """The folder of the compiled taxonomy; compiled first when it is only installed."""
    urls = sorted({one.href for one in instance.references if one.kind == "schemaRef"})
    folders = (_compiled(library, url) for url in urls)
    return next((folder for folder in folders if folder is not None), None)


@lru_cache(_KEPT)
def _compiled(folder: Path, url: str) -> Path | None:
    library = taxonomies.library(folder)
    found = library.find(url)
    return None if found is None else library.compile(found)
