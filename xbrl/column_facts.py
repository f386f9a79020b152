"""Facts held as Arrow columns, as tables want them; lists are made of those that are asked for.

Belongs here: what the columns cut out of a document's bytes mean: concepts, languages, nil.
Does not: cutting (`cut_facts`), or facts read from elements (`items`).

Source: XBRL 2.1 § 4.6; Namespaces in XML 1.0 § 4 to 6.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from xbrl.cut_facts import RUN, CutFacts, IrregularError
from xbrl.model import Facts
from xbrl.names import LINK, XBRLI, XML, XSI, clark, split
from xbrl.qnames import resolve

_COLUMNS = {
    "contextRef": "context_id",
    "unitRef": "unit_id",
    "decimals": "decimals",
    "precision": "precision",
    "id": "element_id",
    clark(XSI, "nil"): "is_nil",
    clark(XML, "lang"): "language",
}
_IN_EVERY_ROW = {
    "kind": "item",
    "is_nil": False,
    "parent": -1,
    "file": 0,
    "is_hidden": False,
    "is_escaped": False,
}
_NAMES = frozenset(column.name for column in fields(Facts))


class ColumnFacts(Facts):
    """Facts of a plain instance: columns, until a list of one of them is asked for.

    They have no elements (`element` raises IrregularError): rules that look at those need the
    document read as a tree.
    """

    __slots__ = ("_columns", "_count", "_default")

    def __init__(self, columns: Mapping[str, pa.Array], language: str | None) -> None:
        self._columns = columns
        self._count = len(columns["concept"])
        self._default = {**_IN_EVERY_ROW, "language": language}

    def __len__(self) -> int:
        return self._count

    def __getattr__(self, name: str) -> list[Any]:
        if name == "element":
            raise IrregularError("facts read for tables have no elements")
        if name not in _NAMES:
            raise AttributeError(name)
        listed: list[Any]
        if name in self._columns:
            listed = self._columns[name].to_pylist()
        else:
            listed = [self._default.get(name)] * self._count
        setattr(self, name, listed)
        return listed

    def column(self, name: str) -> Any:
        """A column as it is held, or as a list where every row is the same."""
        return self._columns[name] if name in self._columns else getattr(self, name)


def column_facts(
    cut: CutFacts, others: Sequence[str], nsmap: Mapping[str | None, str], language: str | None
) -> ColumnFacts:
    """The facts that were cut out of an instance.

    `others` are the names of the root's children that are not of XBRL's own namespaces, `nsmap`
    and `language` what is in force at the root.

    Raises: IrregularError where the facts did not all stand in the root, or carry what only
    a reader of elements understands.
    """
    if list(others) != [RUN] * cut.runs:
        raise IrregularError
    columns: dict[str, pa.Array] = {"line": cut.lines}
    concepts = [_concept(name, nsmap) for name in cut.names.dictionary.to_pylist()]
    columns["concept"] = pa.DictionaryArray.from_arrays(
        cut.names.indices, pa.array(concepts, pa.string())
    )
    for name, values in cut.attributes.items():
        column = _COLUMNS.get(_attribute(name, nsmap))
        if column is None or column in columns:
            raise IrregularError
        columns[column] = values
    if "context_id" not in columns or columns["context_id"].null_count:
        raise IrregularError  # a tuple, or no fact at all
    columns["value"] = cut.texts
    if "is_nil" in columns:
        is_nil = pc.is_in(
            pc.utf8_trim_whitespace(columns["is_nil"]), pa.array(["true", "1"], pa.string())
        )
        columns["is_nil"] = is_nil
        columns["value"] = pc.if_else(is_nil, pa.scalar(None, pa.string()), cut.texts)
    if "language" in columns:
        own = pc.fill_null(columns["language"], pa.scalar(language or "", pa.string()))
        empty = pc.equal(own, "")
        columns["language"] = pc.if_else(empty, pa.scalar(None, pa.string()), own)
    return ColumnFacts(columns, language)


def _concept(name: str, nsmap: Mapping[str | None, str]) -> str:
    """The concept of an element's name. Source: Namespaces in XML 1.0 § 6."""
    found = resolve(name, nsmap)
    if found is None or split(found)[0] in {None, "", XBRLI, LINK}:
        raise IrregularError
    return found


def _attribute(name: str, nsmap: Mapping[str | None, str]) -> str:
    """The Clark name of an attribute: without a prefix it has no namespace."""
    prefix, colon, local = name.partition(":")
    if not colon:
        return name
    namespace = XML if prefix == "xml" else nsmap.get(prefix)
    if not namespace:
        raise IrregularError  # a declaration, or a prefix that nobody declares
    return clark(namespace, local)
