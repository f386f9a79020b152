"""What pydantic found wrong with the settings, said in a person's words.

Belongs here: turning validation errors into messages that name the key. Does
not: values, which are never shown, since a misplaced one may be a secret.
"""

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from warehouse.errors import SettingsError

M = TypeVar("M", bound=BaseModel)


def validated(path: Path, model: type[M], value: Any, where: str = "") -> M:
    """`value` as `model`; `where` names it in messages when it is not the whole file.

    Raises `SettingsError` with one line for every problem.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        lines = [_message(detail, model, value, where) for detail in error.errors()]
        raise SettingsError("\n".join(f"{path}: {line}" for line in lines)) from None


def _message(detail: ErrorDetails, model: type[BaseModel], raw: Any, where: str) -> str:
    loc, kinds = _without_kinds([p for p in detail["loc"] if not _is_union_label(p)], raw)
    if detail["type"] in {"union_tag_not_found", "union_tag_invalid"}:
        loc = [*loc, "kind"]
    key = " ".join(filter(None, [where, _key(loc, raw)]))
    if detail["type"] == "extra_forbidden":
        return _unknown_key(loc, model, raw, where, kinds)
    if detail["type"] in {"missing", "union_tag_not_found"}:
        return f"{key} is missing. Add it."
    expected = _EXPECTED.get(detail["type"], "")
    expected = expected.format(**detail.get("ctx", {})) or detail["msg"]
    return f"{key} must be {expected}. Correct it."


_EXPECTED = {
    "string_type": 'text in quotes, as in "…"',
    "int_type": "a whole number without quotes",
    "bool_type": "true or false without quotes",
    "date_type": "a day without quotes, as in 2026-07-01",
    "list_type": "a list",
    "dict_type": "a table of keys and values",
    "model_type": "a table of keys and values",
    "literal_error": "one of {expected}",
    "union_tag_invalid": "one of {expected_tags}",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "string_pattern_mismatch": "text of the form {pattern}",
    "string_too_long": "at most {max_length} characters",
}


def _is_union_label(part: str | int) -> bool:
    """Pydantic names the branch of a union in a location; the person wrote no such key."""
    return isinstance(part, str) and (part.startswith(("literal[", "dict[", "str")))


def _without_kinds(loc: list[str | int], raw: Any) -> tuple[list[str | int], frozenset[str | int]]:
    """A location without the kinds by which pydantic chose among models, and those kinds:
    names inside it that are no keys of what was written.
    """
    kept: list[str | int] = []
    kinds: set[str | int] = set()
    here = raw
    for number, part in enumerate(loc):
        if isinstance(here, Mapping) and part not in here and number < len(loc) - 1:
            kinds.add(part)
            continue
        kept.append(part)
        try:
            here = here[part]
        except (TypeError, KeyError, IndexError):
            here = None
    return kept, frozenset(kinds)


def _key(loc: list[str | int], raw: Any) -> str:
    """A location as a person reads it: `[[company]] "nordlys" policy`, `[storage] threads`."""
    if not loc:
        return ""
    head, rest = str(loc[0]), loc[1:]
    if head in {"company", "connection"} and rest and isinstance(rest[0], int):
        row = raw[head][rest[0]]
        name = row.get("id") if isinstance(row, Mapping) else None
        shown = f'"{name}"' if isinstance(name, str) else f"number {rest[0] + 1}"
        return " ".join([f"[[{head}]] {shown}", ".".join(map(str, rest[1:]))]).strip()
    if isinstance(raw.get(head) if isinstance(raw, Mapping) else None, Mapping):
        depth = 1 if head in {"mapping", "channel"} and rest else 0
        section = ".".join([head, *map(str, rest[:depth])])
        return " ".join([f"[{section}]", ".".join(map(str, rest[depth:]))]).strip()
    return ".".join(map(str, loc))


def _unknown_key(
    loc: list[str | int],
    model: type[BaseModel],
    raw: Any,
    where: str,
    kinds: frozenset[str | int],
) -> str:
    name = str(loc[-1])
    valid = _valid_keys(model, loc[:-1], kinds)
    near = difflib.get_close_matches(name, valid, n=1)
    hint = f' Did you mean "{near[0]}"?' if near else ""
    place = " ".join(filter(None, [where, _key(loc[:-1], raw)])) or "the top level"
    return f'unknown key "{name}" in {place}.{hint} Valid keys: {", ".join(valid)}.'


def _valid_keys(
    model: type[BaseModel], loc: list[str | int], kinds: frozenset[str | int]
) -> list[str]:
    """The keys of the model found at `loc` below `model`; of several, that of one of `kinds`."""
    for part in loc:
        if part in model.model_fields:
            inner = list(_inner(model.model_fields[str(part)].annotation))
            chosen = [one for one in inner if _kind(one) in kinds]
            model = next(iter([*chosen, *inner]), model)
    return [info.alias or name for name, info in model.model_fields.items()]


def _kind(model: type[BaseModel]) -> str | None:
    """What `kind` must say for a table to be this model."""
    field = model.model_fields.get("kind")
    return next(iter(getattr(field.annotation, "__args__", ())), None) if field else None


def _inner(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models inside an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _inner(argument)
