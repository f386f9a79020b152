"""The search of an index of publications: as much of the real one's language as clients use.

`cvrNummer` must be a whole number: a text matches nothing, as there. `offentliggoerelsestype` is
an analysed text, which `term` does not match either. A window beyond 10,000 is refused.

Belongs here: a query over plain rows. Does not: where the rows come from (`annual_index`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

_WINDOW = 10_000
_TEXTS = ("offentliggoerelsestype",)
_COMPARE = {
    "gte": lambda a, b: a >= b,
    "gt": lambda a, b: a > b,
    "lte": lambda a, b: a <= b,
    "lt": lambda a, b: a < b,
}


class QueryError(Exception):
    """The query is not one this index answers; the message says why."""


def search(rows: Sequence[Mapping[str, Any]], asked: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to one search over `rows`, each an `_id` and a `_source`.

    Raises: QueryError.
    """
    start, size = _whole(asked, "from", 0), _whole(asked, "size", 10)
    if start + size > _WINDOW:
        raise QueryError(f"Result window is too large, from + size must be at most {_WINDOW}")
    query = asked.get("query", {"match_all": {}})
    found = [row for row in rows if _matches(row["_source"], query)]
    for sort in reversed(_sorts(asked.get("sort", []))):
        found.sort(key=lambda row, name=sort[0]: str(_value(row["_source"], name)), reverse=sort[1])  # type: ignore[misc]
    names = asked.get("_source", True)
    hits = [
        {"_index": "offentliggoerelser", "_type": "_doc", "_id": row["_id"], "_score": None,
         "_source": _chosen(row["_source"], names)}
        for row in found[start : start + size]
    ]  # fmt: skip
    return {
        "took": 1,
        "timed_out": False,
        "_shards": {"total": 1, "successful": 1, "failed": 0},
        "hits": {"total": len(found), "max_score": None, "hits": hits},
    }


def _matches(source: Mapping[str, Any], query: Mapping[str, Any]) -> bool:
    if len(query) != 1:
        raise QueryError("a query is one clause")
    ((kind, what),) = query.items()
    match kind:
        case "match_all":
            return True
        case "bool":
            return _holds(source, what)
        case "term":
            ((name, wanted),) = what.items()
            return _is(source, name, wanted["value"] if isinstance(wanted, Mapping) else wanted)
        case "terms":
            ((name, several),) = what.items()
            return any(_is(source, name, one) for one in several)
        case "range":
            ((name, bounds),) = what.items()
            value = _moment(_value(source, name))
            return all(_COMPARE[how](value, _moment(bound)) for how, bound in bounds.items())
        case _:
            raise QueryError(f"no [query] registered for [{kind}]")


def _holds(source: Mapping[str, Any], clauses: Mapping[str, Any]) -> bool:
    def each(name: str) -> list[bool]:
        given = clauses.get(name, [])
        several = [given] if isinstance(given, Mapping) else given
        return [_matches(source, one) for one in several]

    some = each("should")
    return all(each("must") + each("filter")) and not any(each("must_not")) and any(some or [True])


def _is(source: Mapping[str, Any], name: str, wanted: Any) -> bool:
    value = _value(source, name)
    return name not in _TEXTS and type(value) is type(wanted) and bool(value == wanted)


def _value(source: Mapping[str, Any], name: str) -> Any:
    found: Any = source
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _moment(text: Any) -> datetime:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError as error:
        raise QueryError(f"failed to parse date field [{text}]") from error


def _sorts(given: Any) -> list[tuple[str, bool]]:
    """Each field with whether it goes downwards."""
    found = []
    for one in [given] if isinstance(given, str | Mapping) else given:
        ((name, how),) = one.items() if isinstance(one, Mapping) else [(one, "asc")]
        order = how.get("order", "asc") if isinstance(how, Mapping) else how
        found.append((name, order == "desc"))
    return found


def _chosen(source: Mapping[str, Any], names: Any) -> Mapping[str, Any]:
    if names is False:
        return {}
    if names is True:
        return source
    wanted = {str(one).partition(".")[0] for one in ([names] if isinstance(names, str) else names)}
    return {name: value for name, value in source.items() if name in wanted}


def _whole(asked: Mapping[str, Any], name: str, default: int) -> int:
    value = asked.get(name, default)
    if not isinstance(value, int) or value < 0:
        raise QueryError(f"[{name}] must be a whole number")
    return value
