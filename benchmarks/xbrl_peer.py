"""One XBRL reader over one file, in a process of its own on one core; what it took, as JSON.

    PYTHON benchmarks/xbrl_peer.py READER WARM-UP FILE [PACKAGE]

Runs inside the environment of the reader it names, so it imports nothing of ours but
in `ours`. The timer holds reading and extracting only: the reader has read another, small
file before, so that imports and its own tables are there; counting comes after. Counted are
the facts each returns and how many carry a unit, decimals, a language and dimensions, so that
what a reader drops shows as a lower number.
"""

import contextlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Counts = dict[str, int | None]
Reader = Callable[[Path, Path | None], tuple[float, Counts]]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what came of it."""
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def counts(facts: int, units: int | None, decimals: int | None, languages: int | None,
           dimensions: int | None) -> Counts:  # fmt: skip
    """None: the reader has no place for that aspect."""
    return {"facts": facts, "unit": units, "decimals": decimals, "language": languages,
            "dimensions": dimensions}  # fmt: skip


def floor(file: Path, _: Path | None) -> tuple[float, Counts]:
    """Bare libxml2: the bytes to a tree and the tree let go, nothing taken out of it."""
    from lxml import etree

    data = file.read_bytes()
    parser = etree.XMLParser(huge_tree=True, resolve_entities=False, no_network=True)
    seconds, _ = timed(lambda: etree.fromstring(data, parser) is None)
    return seconds, counts(0, None, None, None, None)


def ours(file: Path, library: Path | None) -> tuple[float, Counts]:
    """Ours: every table, written as Parquet; with a library of taxonomies typed and labelled too.

    The taxonomy is compiled beforehand, as it is once for all filings; opening what was compiled is
    inside the timer.
    """
    import hashlib

    from assets.intake import taxonomies
    from xbrl.read import read_bytes
    from xbrl.tables.facts import tables
    from xbrl.tables.typed import typed
    from xbrl.tables.write import TableWriter

    data = file.read_bytes()
    filing_id = hashlib.sha256(data).hexdigest()

    def read(folder: Path) -> list[Any]:
        made = []
        with TableWriter(folder) as writer:
            for instance in read_bytes(data, file.name, for_tables=True):
                rows = tables(instance, filing_id, len(data))
                if library:
                    shelf = taxonomies.library(library)
                    found = shelf.find(instance.references[0].href)
                    compiled = shelf.compile(found)  # finds what was compiled beforehand
                    rows["xbrl_fact_typed"] = typed(
                        rows["xbrl_fact"], compiled, "en", instance.prefixes
                    )
                writer.add(rows)
                made.append(rows)
        return made

    # In memory where there is such a folder: how fast a disk syncs is not the reader's doing.
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        seconds, made = timed(lambda: read(Path(folder) / "tables"))
    facts = [row for rows in made for row in rows["xbrl_fact"].to_pylist()]
    return seconds, counts(
        len(facts),
        sum(f["unit_id"] is not None for f in facts),
        sum(f["decimals"] is not None for f in facts),
        sum(f["language"] is not None for f in facts),
        sum(bool(f["dimensions"]) for f in facts),
    )


def arelle(file: Path, package: Path | None) -> tuple[float, Counts]:
    """Arelle; with a package it loads the taxonomy, without it skips discovery."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "peers"))
    import arelle_facts
    from arelle import FileSource

    cntlr = arelle_facts.controller([str(package)] if package else [])
    cntlr.modelManager.skipDTS = package is None

    def read() -> list[Any]:
        model = cntlr.modelManager.load(FileSource.openFileSource(str(file), cntlr))
        return [(f, f.value if not f.isTuple and not f.isNil else None, f.context, f.unit)
                for f, _ in arelle_facts.every_fact(model.facts)]  # fmt: skip

    seconds, rows = timed(read)
    facts = [row[0] for row in rows]
    return seconds, counts(
        len(facts),
        sum(f.unit is not None for f in facts),
        sum(f.get("decimals") is not None for f in facts),
        sum(f.xmlLang is not None for f in facts),
        sum(f.context is not None and bool(f.context.qnameDims) for f in facts),
    )


def xbrl_core(file: Path, _: Path | None) -> tuple[float, Counts]:
    """xbrl-core: raw facts, with contexts and units structured."""
    from xbrl_core import parse_xbrl_facts, structure_contexts, structure_units
    from xbrl_core.ixbrl_parser import parse_ixbrl_facts

    data = file.read_bytes()
    parse = parse_ixbrl_facts if is_inline(file) else parse_xbrl_facts

    def read() -> Any:
        parsed = parse(data)
        return parsed, structure_contexts(parsed.contexts), structure_units(parsed.units)

    seconds, (parsed, contexts, _units) = timed(read)
    facts = parsed.facts
    dimensional = {key for key, context in contexts.items() if context.dimensions}
    return seconds, counts(
        len(facts),
        sum(f.unit_ref is not None for f in facts),
        sum(f.decimals is not None for f in facts),
        sum(f.xml_lang is not None for f in facts),
        sum(f.context_ref in dimensional for f in facts),
    )


def ferc_xbrl_extractor(file: Path, _: Path | None) -> tuple[float, Counts]:
    """ferc-xbrl-extractor: FERC's own concepts only."""
    import datetime as dt

    from ferc_xbrl_extractor.instance import InstanceBuilder

    at = dt.datetime(2024, 1, 1)  # noqa: DTZ001  it asks for a moment and does not use it
    seconds, instance = timed(lambda: InstanceBuilder(str(file), "filing", at, "none").parse())
    groups = [*instance.instant_facts.values(), *instance.duration_facts.values()]
    facts = [fact for group in groups for fact in group]
    contexts = instance.contexts
    return seconds, counts(
        len(facts), None, None, None,
        sum(bool(contexts[f.c_id].entity.dimensions) for f in facts),
    )  # fmt: skip


def ixbrl_parse(file: Path, _: Path | None) -> tuple[float, Counts]:
    """ixbrl-parse: inline only; values are floats; formats it does not know are lost."""
    from ixbrl_parse.ixbrl import NonFraction, parse
    from lxml import etree

    def read() -> Any:
        kept = []
        for value in parse(etree.parse(str(file))).values.values():
            with contextlib.suppress(RuntimeError, ValueError):
                value.to_value()
                kept.append(value)
        return kept

    seconds, facts = timed(read)
    numeric = [value for value in facts if isinstance(value, NonFraction)]
    return seconds, counts(
        len(facts), len(numeric), sum(value.decimals is not None for value in numeric), None,
        sum(bool(value.context.dimensions) for value in facts),
    )  # fmt: skip


def ixbrlparse(file: Path, _: Path | None) -> tuple[float, Counts]:
    """ixbrlparse: values are floats; no languages, no decimals kept as written."""
    from ixbrlparse import IXBRL

    def read() -> Any:
        with file.open(encoding="utf-8", errors="replace") as text:
            return IXBRL(text, raise_on_error=False)

    seconds, found = timed(read)
    contexts = found.contexts
    facts = [*found.numeric, *found.nonnumeric]
    return seconds, counts(
        len(facts),
        sum(f.unit is not None for f in found.numeric),
        sum(getattr(f.format, "decimals", None) is not None for f in found.numeric),
        None,
        sum(bool(getattr(f.context, "segments", None)) for f in facts) if contexts else 0,
    )


def py_xbrl(file: Path, package: Path | None) -> tuple[float, Counts]:
    """py-xbrl: needs the taxonomy; its cache is filled beforehand, from the package and with
    the core schemas that Arelle brings."""
    import zipfile

    from xbrl.cache import HttpCache

    from xbrl.instance import XbrlParser

    if package is None:
        raise SystemExit("py-xbrl reads nothing without the taxonomy, and fetches it itself")
    with tempfile.TemporaryDirectory() as folder:
        core = (
            Path(__file__)
            .resolve()
            .parent.parent.glob(".venv/lib/*/site-packages/arelle/resources/cache/http")
        )
        shutil.copytree(next(core), folder, dirs_exist_ok=True)
        root = Path(folder) / "archprod.service.eogs.dk" / "taxonomy"
        with zipfile.ZipFile(package) as archive:
            for name in archive.namelist():
                _, _, inner = name.partition("/")
                if inner and not name.endswith("/"):
                    target = root / inner
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(archive.read(name))
        parser = XbrlParser(HttpCache(folder))
        seconds, instance = timed(lambda: parser.parse_instance(str(file)))
    facts = instance.facts
    return seconds, counts(
        len(facts),
        sum(getattr(f, "unit", None) is not None for f in facts),
        sum(getattr(f, "decimals", None) is not None for f in facts),
        None,
        sum(bool(f.context.segments) for f in facts),
    )


def is_inline(file: Path) -> bool:
    """By the name: the corpus is named properly."""
    return file.suffix in {".htm", ".html", ".xhtml"}


def peak() -> float:
    """Most memory this process held, in MiB (a child's `ru_maxrss` begins at its parent's)."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


READERS: dict[str, Reader] = {
    "floor": floor,
    "ours": ours,
    "ours-typed": ours,
    "arelle": arelle,
    "arelle-dts": arelle,
    "xbrl-core": xbrl_core,
    "ferc-xbrl-extractor": ferc_xbrl_extractor,
    "ixbrl-parse": ixbrl_parse,
    "ixbrlparse": ixbrlparse,
    "py-xbrl": py_xbrl,
}


def main() -> None:
    """Read once to warm up, once for the clock, on one core."""
    name, warm_up, file, *rest = sys.argv[1:]
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with contextlib.suppress(Exception, SystemExit):  # what it cannot read is told below
        READERS[name](Path(warm_up), None)
    seconds, found = READERS[name](Path(file), Path(rest[0]) if rest else None)
    print(json.dumps({"reader": name, "seconds": seconds, "mebibytes": peak(), **found}))


if __name__ == "__main__":
    main()
