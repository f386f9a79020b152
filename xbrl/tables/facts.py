"""An instance as the seven tables of `schema`.

Belongs here: filling the columns. Does not: their shapes, or writing them.
"""

from collections import Counter
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from xbrl.canonical import text_of_canonical
from xbrl.model import Facts, Instance
from xbrl.read import without_collection
from xbrl.tables import columns
from xbrl.tables.aspects import ContextColumns, context_columns
from xbrl.tables.duplicates import duplicates
from xbrl.tables.schema import NUMERIC, TABLES
from xbrl.units import unit_key

Columns = dict[str, pa.Array]


def tables(instance: Instance, filing_id: str, byte_count: int) -> dict[str, pa.Table]:
    """The tables of one instance, by the names of `schema.TABLES`."""
    with without_collection():
        return _tables(instance, filing_id, byte_count)


def _tables(instance: Instance, filing_id: str, byte_count: int) -> dict[str, pa.Table]:
    filled = {
        "xbrl_filing": _filing(instance, byte_count),
        "xbrl_fact": _facts(instance),
        "xbrl_dimension": _dimensions(instance),
        "xbrl_footnote": _footnotes(instance),
        "xbrl_markup": _markup(instance),
        "xbrl_reference": _references(instance),
        "xbrl_problem": _problems(instance),
    }
    target = instance.target or ""
    return {name: _table(name, filled[name], filing_id, target) for name in TABLES}


def _table(name: str, filled: Columns, filing_id: str, target: str) -> pa.Table:
    schema = TABLES[name]
    if not filled:
        return _empty(name)
    count = len(next(iter(filled.values())))
    filled["filing_id"] = columns.same(filing_id, count)
    filled["target"] = columns.same(target, count)
    return pa.Table.from_arrays([filled[column] for column in schema.names], schema=schema)


@cache
def _empty(name: str) -> pa.Table:
    return TABLES[name].empty_table()


def _filing(instance: Instance, byte_count: int) -> Columns:
    entities = {(context.scheme, context.identifier) for context in instance.contexts.values()}
    scheme, identifier = entities.pop() if len(entities) == 1 else (None, None)
    languages = _languages(instance.facts)
    language = min(filter(None, languages), key=lambda code: (-languages[code], code), default=None)
    entry_points = sorted({r.href for r in instance.references if r.kind == "schemaRef"})
    return {
        "kind": columns.text([instance.kind]),
        "file": columns.plain([instance.files[0]]),
        "file_count": columns.integers([len(instance.files)]),
        "byte_count": pa.array([byte_count], pa.int64()),
        "entry_points": columns.plain([" ".join(entry_points) or None]),
        "entity_scheme": columns.text([scheme or None]),
        "entity_identifier": columns.text([identifier or None]),
        "language": columns.text([language]),
        "fact_count": columns.integers([len(instance.facts)]),
        "context_count": columns.integers([len(instance.contexts)]),
        "unit_count": columns.integers([len(instance.units)]),
        "problem_count": columns.integers([len(instance.problems)]),
        "is_read": pa.array([bool(instance.roots)]),
    }


def _languages(facts: Facts) -> Counter[str | None]:
    """How many facts are in each language."""
    held = facts.column("language")
    if isinstance(held, list):
        return Counter(held)
    return Counter({one["values"]: one["counts"] for one in held.value_counts().to_pylist()})


def _facts(instance: Instance) -> Columns:
    facts = instance.facts
    if not len(facts):
        return {}
    column = facts.column
    contexts = context_columns(instance.contexts, column("context_id"))
    values = columns.plain(column("value"))
    filled = {
        "fact_index": pa.array(list(range(len(facts))), pa.int32()),
        "kind": columns.text(column("kind")),
        **contexts.columns,
        "value": values,
        "decimals": columns.text(column("decimals")),
        "precision": columns.text(column("precision")),
        "is_nil": columns.booleans(column("is_nil")),
        "language": columns.text(column("language")),
        "parent_index": _parents(facts),
        "tuple_order": columns.text(column("order")),
        "unit_id": columns.text(column("unit_id")),
        "element_id": columns.plain(column("element_id")),
        "file": _file(instance),
        "line": columns.integers(column("line")),
        "written": columns.plain(column("written")),
        "format": columns.text(column("format")),
        "scale": columns.text(column("scale")),
        "sign": columns.text(column("sign")),
        "is_hidden": columns.booleans(column("is_hidden")),
    }
    concepts = columns.text(column("concept"))
    filled["namespace"], filled["concept"] = columns.split_names(concepts)
    filled["unit"] = _unit(instance, filled["unit_id"])
    filled["numeric_value"] = _numeric(values, filled["unit_id"])
    filled["duplicate"] = _duplicate(facts, concepts, contexts, filled)
    return filled


def _parents(facts: Facts) -> pa.Array:
    if facts.parent.count(-1) == len(facts):
        return pa.nulls(len(facts), pa.int32())
    return columns.integers([parent if parent >= 0 else None for parent in facts.parent])


def _file(instance: Instance) -> pa.Array:
    if len(instance.files) == 1:
        return columns.same(instance.files[0], len(instance.facts))
    codes = columns.integers(instance.facts.file)
    return pa.DictionaryArray.from_arrays(codes, pa.array(instance.files, pa.string()))


def _unit(instance: Instance, unit_ids: pa.DictionaryArray) -> pa.Array:
    """The canonical unit of each fact, worked out once for each unit."""
    if unit_ids.null_count == len(unit_ids):
        return unit_ids
    units = instance.units
    keys = [
        unit_key(units[id_]) if id_ in units else None for id_ in unit_ids.dictionary.to_pylist()
    ]
    return columns.text(keys).take(unit_ids.indices)


def _numeric(values: pa.StringArray, unit_ids: pa.DictionaryArray) -> pa.Array:
    """The numbers of facts with a unit; the others are texts, whatever they look like."""
    if unit_ids.null_count == len(unit_ids):
        return pa.nulls(len(values), NUMERIC)
    numbers = pc.if_else(unit_ids.indices.is_valid(), values, pa.scalar(None, pa.string()))
    return columns.numeric(numbers)


def _duplicate(
    facts: Facts, concepts: pa.DictionaryArray, contexts: ContextColumns, filled: Columns
) -> pa.Array:
    unit = filled["unit"]
    language = filled["language"]
    text_language = pc.if_else(filled["unit_id"].indices.is_valid(), -1, _codes(language))
    aspects = (
        concepts.indices,
        contexts.numbers,
        _codes(unit),
        text_language,
        filled["parent_index"],
    )
    return columns.text(duplicates(facts, aspects))


def _codes(column: pa.DictionaryArray) -> pa.Array:
    return column.indices


def _dimensions(instance: Instance) -> Columns:
    ids, values = [], []
    for context in instance.contexts.values():
        for value in context.dimensions:
            ids.append(context.id)
            values.append(value)
    if not values:
        return {}
    names, members, typed, containers = zip(*values, strict=True)
    member_columns = columns.names(members)
    name_columns = columns.names(names)
    text_of = {xml: None if xml is None else text_of_canonical(xml) for xml in set(typed)}
    return {
        "context_id": columns.text(ids),
        "namespace": name_columns[0],
        "dimension": name_columns[1],
        "member_namespace": member_columns[0],
        "member": member_columns[1],
        "typed_member": columns.plain(typed),
        "typed_value": columns.plain([text_of[xml] for xml in typed]),
        "container": columns.text(containers),
    }


def _footnotes(instance: Instance) -> Columns:
    rows = instance.footnotes
    if not rows:
        return {}
    return {
        "fact_index": columns.integers(row.fact for row in rows),
        "arcrole": columns.text([row.arcrole for row in rows]),
        "link_role": columns.text([row.link_role for row in rows]),
        "role": columns.text([row.role for row in rows]),
        "language": columns.text([row.language for row in rows]),
        "text": columns.plain([row.text for row in rows]),
        "to_fact_index": columns.integers(row.to_fact for row in rows),
        "sort_order": columns.text([row.order for row in rows]),
        "line": columns.integers(row.line for row in rows),
    }


def _markup(instance: Instance) -> Columns:
    rows = instance.markup
    if not rows:
        return {}
    return {
        "kind": columns.text([row.kind for row in rows]),
        "value": columns.plain([row.value for row in rows]),
        "file": columns.text([row.file for row in rows]),
        "line": columns.integers(row.line for row in rows),
    }


def _references(instance: Instance) -> Columns:
    rows = instance.references
    if not rows:
        return {}
    return {
        "kind": columns.text([row.kind for row in rows]),
        "href": columns.plain([row.href for row in rows]),
        "uri": columns.plain([row.uri for row in rows]),
        "line": columns.integers(row.line for row in rows),
    }


def _problems(instance: Instance) -> Columns:
    rows = instance.problems
    if not rows:
        return {}
    return {
        "code": columns.text([row.code for row in rows]),
        "severity": columns.text([str(row.severity) for row in rows]),
        "message": columns.plain([row.message for row in rows]),
        "remedy": columns.plain([row.remedy for row in rows]),
        "file": columns.text([row.file for row in rows]),
        "line": columns.integers(row.line for row in rows),
        "element_id": columns.plain([row.element_id for row in rows]),
        "facts": pa.array([list(row.facts) for row in rows], pa.list_(pa.int32())),
    }
