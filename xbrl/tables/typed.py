"""Facts typed and labelled by their taxonomy: a second table beside `xbrl_fact`.

The fact table is complete without a taxonomy; what the taxonomy adds stands here, one row a
fact, joined by filing_id, target and fact_index. So rows stay slim, and a newer taxonomy
changes no fact.

Belongs here: turning values into what their type says. Does not: finding the taxonomy
(`taxonomy.library`), or judging a value its type refuses (`validation`).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from xbrl.dates import moment
from xbrl.names import XSD, clark
from xbrl.qnames import resolve
from xbrl.taxonomy import lookup
from xbrl.taxonomy.model import Concept

_Value = TypeVar("_Value")
_TEXT = pa.dictionary(pa.int32(), pa.string())


def _column(name: str, type_: pa.DataType, meaning: str, *, required: bool = False) -> pa.Field:
    return pa.field(name, type_, nullable=not required, metadata={"meaning": meaning})


FACT_TYPED = pa.schema(
    [
        _column("filing_id", _TEXT, "SHA-256 of the bytes read", required=True),
        _column("target", _TEXT, "inline target document; empty for the default", required=True),
        _column("fact_index", pa.int32(), "place among the filing's facts, from 0", required=True),
        _column("item_type", _TEXT, "XBRL item type, {namespace}name; null: concept unknown"),
        _column("primitive", _TEXT, "XML Schema type behind it, {namespace}name"),
        _column("balance", _TEXT, "debit or credit"),
        _column("label", _TEXT, "standard label, in the language asked for, else English"),
        _column("date_value", pa.date32(), "the day, of a date or a moment"),
        _column("moment_value", pa.timestamp("us"), "the moment, UTC where a zone is given"),
        _column("boolean_value", pa.bool_(), "of a boolean"),
        _column("qname_value", _TEXT, "of a QName, {namespace}name"),
        _column("default_value", _TEXT, "of an empty fact, the value its declaration gives it"),
    ]
)
"""Written beside `xbrl_fact` as `xbrl_fact_typed`. Numbers stand in `xbrl_fact.numeric_value`."""


def typed(
    facts: pa.Table, folder: Path, language: str, prefixes: Mapping[str, str] | None = None
) -> pa.Table:
    """`FACT_TYPED` of one filing's `xbrl_fact`, by the taxonomy compiled in `folder`.

    `prefixes` are the instance's own, namespace to prefix, for QNames as values.
    """
    names = [clark(*row) for row in zip(*_texts(facts, "namespace", "concept"), strict=True)]
    concepts = lookup.concepts(folder, set(names))
    labels = lookup.labels(folder, concepts, "en")
    if language != "en":
        labels |= lookup.labels(folder, concepts, language)
    return rows(facts, names, concepts, labels, prefixes or {})


def rows(
    facts: pa.Table,
    names: list[str],
    concepts: Mapping[str, Concept],
    labels: Mapping[str, str],
    prefixes: Mapping[str, str],
) -> pa.Table:
    """`FACT_TYPED` by concepts and labels at hand; `names` are the facts' concepts."""
    found = [concepts.get(name) for name in names]
    defaults = _defaults(facts, found)
    (written,) = _texts(facts, "value")
    values = [default or value for default, value in zip(defaults, written, strict=True)]
    namespaces = {prefix or None: namespace for namespace, prefix in prefixes.items()}
    primitives = [one.primitive if one else None for one in found]
    moments = [_when(*pair) for pair in zip(primitives, values, strict=True)]
    days = [when.date() if isinstance(when, datetime) else when for when in moments]
    exact = [when if isinstance(when, datetime) else None for when in moments]
    columns = {
        "item_type": [one.item_type if one else None for one in found],
        "primitive": primitives,
        "balance": [one.balance if one else None for one in found],
        "label": [labels.get(name) for name in names],
        "date_value": days,
        "moment_value": exact,
        "boolean_value": _each(primitives, values, "boolean", _boolean),
        "qname_value": _each(primitives, values, "QName", lambda v: resolve(v, namespaces)),
        "default_value": defaults,
    }
    arrays = [
        pa.array(columns[field.name], field.type)
        if field.name in columns
        else facts[field.name].combine_chunks().cast(field.type)
        for field in FACT_TYPED
    ]
    return pa.Table.from_arrays(arrays, schema=FACT_TYPED)


def _defaults(facts: pa.Table, concepts: Iterable[Concept | None]) -> list[str | None]:
    """The value in force of each empty fact. Source: XML Schema Part 1 § 3.3.1."""
    (kinds, values) = _texts(facts, "kind", "value")
    nils = facts["is_nil"].to_pylist()
    return [
        one.value_when_empty if one and kind == "item" and not is_nil and not value else None
        for one, kind, is_nil, value in zip(concepts, kinds, nils, values, strict=True)
    ]


def _texts(facts: pa.Table, *columns: str) -> list[list[str | None]]:
    return [facts[name].cast(pa.string()).to_pylist() for name in columns]


def _each(
    primitives: Iterable[str | None],
    values: Iterable[str | None],
    local: str,
    read: Callable[[str], _Value | None],
) -> list[_Value | None]:
    wanted = f"{{{XSD}}}{local}"
    return [
        read(value) if primitive == wanted and value is not None else None
        for primitive, value in zip(primitives, values, strict=True)
    ]


def _when(primitive: str | None, value: str | None) -> date | datetime | None:
    """The day a date names, whatever its zone, or the moment of a dateTime."""
    if value is None or primitive not in _MOMENTS:
        return None
    text = value.strip()
    if "T" in text:
        return moment(text, is_end=False)
    day = moment(text[:10], is_end=False)
    return day.date() if day else None


def _boolean(value: str) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(value.strip())


_MOMENTS = frozenset({f"{{{XSD}}}date", f"{{{XSD}}}dateTime"})
