"""What a single filing needs of a compiled taxonomy: some of its concepts, and their labels.

Two Arrow files beside the tables hold just that. They are mapped into memory, not read, so a
filing costs the rows it asks for.

Belongs here: the concepts a filing names, and their labels. Does not: the whole
taxonomy (`compiled.load`).
"""

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from xbrl.names import ROLE_LABEL
from xbrl.tables.taxonomy_schema import CONCEPT
from xbrl.taxonomy.model import Concept, Taxonomy

_CONCEPTS = "lookup_concept.arrow"
_LABELS = "lookup_label.arrow"
_NAME = pa.field("name", pa.string())
_CONCEPT = pa.schema([_NAME, *(CONCEPT.field(name) for name in Concept._fields[1:])])
_LABEL = pa.schema([_NAME, ("language", pa.string()), ("text", pa.string())])
_Row = tuple[Any, ...]


def files(taxonomy: Taxonomy) -> dict[str, bytes]:
    """The two files by name: every concept, and its standard labels in a batch per language.

    Where a language has several, the first counts.
    """
    languages: dict[str, dict[str, _Row]] = {}
    for one in (label for labels in taxonomy.labels.values() for label in labels):
        if one.role == ROLE_LABEL:
            row = one.concept, one.language, one.text
            languages.setdefault(one.language, {}).setdefault(one.concept, row)
    return {
        _CONCEPTS: _file(_CONCEPT, [taxonomy.concepts.values()]),
        _LABELS: _file(_LABEL, [languages[own].values() for own in sorted(languages)]),
    }


def concepts(folder: Path, names: Collection[str]) -> dict[str, Concept]:
    """Those of `names` (Clark) that the taxonomy compiled in `folder` declares."""
    (batch,) = _batches(folder / _CONCEPTS)
    found = (Concept(*row) for row in _rows(batch, names))
    return {one.name: one for one in found}


def labels(folder: Path, names: Collection[str], language: str) -> dict[str, str]:
    """The standard label of each of `names` in a language.

    A language matches its own region too: `en` finds `en-GB` where `en` itself is silent.
    """
    batches = {batch["language"][0].as_py(): batch for batch in _batches(folder / _LABELS)}
    found = dict[str, str]()
    for own in sorted(batches, key=lambda own: (own != language, own)):
        if own.lower() == language.lower() or own.lower().startswith(f"{language.lower()}-"):
            for name, _, text in _rows(batches[own], names):
                found.setdefault(name, text)
    return found


def _file(schema: pa.Schema, batches: Iterable[Collection[_Row]]) -> bytes:
    """Rows as an Arrow file."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, schema) as writer:
        for rows in batches:
            columns = zip(*rows, strict=True) if rows else [()] * len(schema)
            arrays = [
                pa.array(list(values), field.type)
                for field, values in zip(schema, columns, strict=True)
            ]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _batches(path: Path) -> list[pa.RecordBatch]:
    """A file written anew is another file to the cache."""
    return _mapped(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _mapped(path: Path, _: int) -> list[pa.RecordBatch]:
    reader = pa.ipc.open_file(pa.memory_map(str(path)))
    return [reader.get_batch(place) for place in range(reader.num_record_batches)]


def _rows(batch: pa.RecordBatch, names: Collection[str]) -> Iterator[_Row]:
    """The rows of those names."""
    wanted = pa.array(sorted(names), pa.string())
    found = batch.filter(pc.is_in(batch["name"], value_set=wanted))
    columns = (
        column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        for column in found.columns
    )
    return zip(*(column.to_pylist() for column in columns), strict=True)
