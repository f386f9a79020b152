"""What an answer must look like: JSON straight into typed records, numbers exact.

A record is a `msgspec.Struct`; a field without a default must be there, one of another
type fails the pull, and a column the record does not know is reported once and stays
in the kept answer. Columns a vendor describes and nobody reads are named in the record's
`UNREAD: ClassVar[str]`, apart by blanks. Money is declared `Decimal` and never passes
through a float.

Belongs here: decoding and its messages. Does not: any vendor's records.
"""

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

import msgspec

from assets.sources.connector import Found
from assets.sources.network.client import Answer
from quality.finding import Finding, Severity
from warehouse.errors import SourceError

T = TypeVar("T")

_KEYS = msgspec.json.Decoder(float_hook=str)


class Contract(Generic[T]):
    """The shape of one kind of answer, and what it held beyond that."""

    def __init__(self, type_: type[T]) -> None:
        self._decoder = msgspec.json.Decoder(type_)
        self._shape = _shape(msgspec.inspect.type_info(type_))
        self._seen: set[tuple[str, ...]] = set()
        self.unknown: set[str] = set()

    def decode(self, answer: Answer) -> T:
        """The answer as typed records.

        Raises `SourceError` when it is no JSON or not of this shape.
        """
        try:
            value = self._decoder.decode(answer.content)
        except msgspec.ValidationError as error:
            raise SourceError(
                f"What {answer.where} answered for {answer.what} is not as agreed: {error}. "
                "Nothing was landed; the interface has changed or the address leads to another. "
                "The answer is kept with the failed pull; report it with the connector's name."
            ) from error
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise SourceError(
                f"What {answer.where} answered for {answer.what} is no JSON ({error}); it begins "
                f"with {answer.content[:60]!r}. See that the address leads to the interface and "
                "not to a proxy or a log-in page."
            ) from error
        self._note(_KEYS.decode(answer.content), self._shape, "")
        return value

    def findings(self, company_id: str, where: str, what: str) -> list[Found]:
        """One note for every column that nobody knows."""
        return [
            Found(
                Finding(
                    "source.unknown_column", Severity.NOTE, company_id, where,
                    f"The column {name} of {what} is new; it was kept as it came and not read.",
                    "Nothing, unless it should count: then report it with the connector's name.",
                )
            )
            for name in sorted(self.unknown)
        ]  # fmt: skip

    def _note(self, value: Any, shape: Any, path: str) -> None:
        """Remember the columns of `value` that `shape` has no place for."""
        if isinstance(value, list):
            if isinstance(shape, list):
                self._note_rows(value, shape[0], path)
        elif isinstance(value, dict) and isinstance(shape, dict):
            for name, inner in value.items():
                if name not in shape:
                    self.unknown.add(f"{path}{name}")
                elif shape[name] is not None:
                    self._note(inner, shape[name], f"{path}{name}.")

    def _note_rows(self, rows: Iterable[Any], shape: Any, path: str) -> None:
        if not isinstance(shape, dict):
            return
        deep = [name for name, inner in shape.items() if inner is not None]
        for row in rows:
            if not isinstance(row, dict):
                continue
            names = (path, *row)
            if names not in self._seen:
                self._seen.add(names)
                self.unknown.update(f"{path}{name}" for name in row if name not in shape)
            for name in deep:
                if name in row:
                    self._note(row[name], shape[name], f"{path}{name}.")


def _shape(type_: msgspec.inspect.Type) -> Any:
    """Names of a struct's fields → their shapes; a list of one shape; None for the rest."""
    match type_:
        case msgspec.inspect.StructType(cls=cls, fields=fields):
            unread = dict.fromkeys(getattr(cls, "UNREAD", "").split())
            return unread | {field.encode_name: _shape(field.type) for field in fields}
        case msgspec.inspect.ListType(item_type=item):
            inner = _shape(item)
            return None if inner is None else [inner]
        case msgspec.inspect.UnionType(types=types):
            shapes = [shape for shape in map(_shape, types) if shape is not None]
            return shapes[0] if shapes else None
    return None
