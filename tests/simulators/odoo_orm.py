"""The part of Odoo's ORM that its external interfaces show: domains, orders, reading, groups.

Records lie as they are sent (a reference as `[id, name]`, false for nothing) but for
stamps, which the database keeps with microseconds and the interfaces cut to seconds.

Written from "Search domains" and "ORM API" of Odoo's documentation and the recorded answers.
"""

import calendar
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

Record = dict[str, Any]
_STAMPS = ("create_date", "write_date")
_SECONDS = 19
_REVERSE = {("account.move", "line_ids"): ("account.move.line", "move_id")}
_FORWARD = {"move_id": "account.move", "tax_id": "account.tax", "journal_id": "account.journal"}
# What a branch has from its parent: the record rules of these say "parent_of".
_INHERITED = (
    "account.account", "account.journal", "account.tax", "account.tax.repartition.line",
)  # fmt: skip
_SHARED = ("res.company", "res.country", "account.account.tag", "res.partner")


class OdooError(Exception):
    """A Python exception on the server, with the HTTP status JSON-2 gives it."""

    def __init__(self, name: str, message: str, status: int) -> None:
        super().__init__(message)
        self.name, self.message, self.status = name, message, status


def missing_model(model: str) -> OdooError:
    return OdooError("odoo.exceptions.UserError", f"Object {model} doesn't exist", 404)


@dataclass
class Database:
    """One database: its version, its models, and what the one user may not see."""

    name: str
    version: str
    models: dict[str, list[Record]] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)
    hidden: set[tuple[str, str]] = field(default_factory=set)

    @property
    def major(self) -> int:
        return int(self.version.removeprefix("saas~").split(".")[0])

    def call(self, model: str, method: str, named: Mapping[str, Any]) -> Any:
        """What a public method of a model returns."""
        if model not in self.models:
            raise missing_model(model)
        if model in self.denied:
            raise OdooError(
                "odoo.exceptions.AccessError",
                f"You are not allowed to access '{model}' ({model}) records.\n\n"
                "Contact your administrator to request access if necessary.", 403,
            )  # fmt: skip
        methods: dict[str, Callable[..., Any]] = {
            "search": self._search, "search_read": self._search_read,
            "search_count": self._search_count, "fields_get": self._fields_get,
        }  # fmt: skip
        methods |= {"read_group": self._read_group}
        if self.major >= 19:
            methods |= {"formatted_read_group": self._formatted_read_group}
        if method not in methods:
            raise OdooError(
                "builtins.AttributeError", f"The method '{model}.{method}' does not exist", 404
            )
        arguments = dict(named)
        context = arguments.pop("context", {})
        return methods[method](model, context, **arguments)

    def find(self, model: str, domain: list[Any], context: Mapping[str, Any] | None = None
             ) -> list[Record]:  # fmt: skip
        """The records of a domain that the user may see, in order of id."""
        context = context or {}
        found = [r for r in self.models[model] if self._is_visible(model, r, context)]
        return sorted(
            (r for r in found if self.matches(model, r, domain)), key=lambda r: int(r["id"])
        )

    def matches(self, model: str, record: Record, domain: list[Any]) -> bool:
        """Whether a record is in a domain: terms in prefix notation, joined by an implied '&'."""
        terms = iter(domain)
        result = True
        for term in terms:
            result = self._term(model, record, term, terms) and result
        return result

    def _term(self, model: str, record: Record, term: Any, rest: Iterator[Any]) -> bool:
        if term == "!":
            return not self._term(model, record, next(rest), rest)
        if term in ("|", "&"):
            first = self._term(model, record, next(rest), rest)
            second = self._term(model, record, next(rest), rest)
            return (first or second) if term == "|" else (first and second)
        path, operator, wanted = term
        return self._compare(self._values(model, record, path), operator, wanted)

    def _values(self, model: str, record: Record, path: str) -> list[Any]:
        """What a path leads to; several values where it crosses a one-to-many."""
        name, _, rest = path.partition(".")
        if (model, name) in _REVERSE:
            other, back = _REVERSE[model, name]
            ids = [r for r in self.models[other] if r[back] and r[back][0] == record["id"]]
            return [v for r in ids for v in self._values(other, r, rest or "id")]
        if name not in record:
            raise OdooError(
                "builtins.ValueError", f"Invalid field {model}.{name} in leaf ('{path}')", 422
            )
        value = record[name]
        if rest:
            other = _FORWARD[name]
            ids = [r for r in self.models[other] if value and r["id"] == value[0]]
            return [v for r in ids for v in self._values(other, r, rest)]
        if isinstance(value, list):
            is_reference = len(value) == 2 and isinstance(value[1], str)
            return [value[0]] if is_reference else list(value)
        return [value]

    @staticmethod
    def _compare(values: list[Any], operator: str, wanted: Any) -> bool:
        match operator:
            case "=":
                return wanted in values
            case "!=":
                return wanted not in values
            case "in":
                return any(v in wanted for v in values)
            case "not in":
                return not any(v in wanted for v in values)
            case ">" | ">=" | "<" | "<=":
                return any(_ordered(v, operator, wanted) for v in values if v is not False)
        raise OdooError("builtins.ValueError", f"Invalid operator {operator!r}", 422)

    def _is_visible(self, model: str, record: Record, context: Mapping[str, Any]) -> bool:
        if context.get("active_test", True) and record.get("active") is False:
            return False
        allowed = context.get("allowed_company_ids")
        if allowed is None or model in _SHARED:
            return True
        if model in _INHERITED:
            allowed = self._with_parents(allowed)
        if "company_ids" in record:
            return bool(set(allowed) & set(record["company_ids"]))
        company = record.get("company_id")
        return not company or company[0] in allowed

    def _with_parents(self, allowed: list[int]) -> list[int]:
        """Companies and those they are branches of."""
        above = {r["id"]: r.get("parent_id") for r in self.models["res.company"]}
        parents = [above[number] for number in allowed]
        return [*allowed, *(parent[0] for parent in parents if parent)]

    def _search(self, model: str, context: Any, domain: Any, offset: int = 0,
                limit: int | None = None, order: str | None = None) -> list[int]:  # fmt: skip
        found = _sorted(self.find(model, domain, context), order)
        return [r["id"] for r in _cut(found, offset, limit)]

    def _search_read(self, model: str, context: Any, domain: Any, fields: Any = None,
                     offset: int = 0, limit: int | None = None, order: str | None = None
                     ) -> list[Record]:  # fmt: skip
        found = _sorted(self.find(model, domain, context), order)
        return [self._read(model, r, fields, context) for r in _cut(found, offset, limit)]

    def _search_count(self, model: str, context: Any, domain: Any, limit: int | None = None) -> int:
        found = len(self.find(model, domain, context))
        return found if limit is None else min(found, limit)

    def _fields_get(self, model: str, context: Any, allfields: Any = None, attributes: Any = None
                    ) -> dict[str, Any]:  # fmt: skip
        del context
        names = {n for record in self.models[model] for n in record if not n.startswith("_")}
        shown = {n for n in names if (model, n) not in self.hidden}
        kinds = {n: {"type": _type(n)} for n in sorted(shown) if not allfields or n in allfields}
        del attributes
        return kinds

    def _read(self, model: str, record: Record, fields: Any, context: Mapping[str, Any]) -> Record:
        wanted = fields or [n for n in record if not n.startswith("_")]
        row: Record = {"id": record["id"]}
        for name in wanted:
            if name not in record or (model, name) in self.hidden:
                raise OdooError(
                    "builtins.ValueError", f"Invalid field {name!r} on model {model!r}", 422
                )
            value = record[name]
            if name in _STAMPS and value:
                value = value[:_SECONDS]
            if name == "code" and "_codes" in record:  # from 18 on, by the company asked about
                company = next(iter(context.get("allowed_company_ids", [])), 1)
                value = record["_codes"].get(company, False)
            row[name] = value
        return row

    def _groups(self, model: str, domain: Any, context: Any
                ) -> list[tuple[Any, date, Decimal, int]]:  # fmt: skip
        """Sums of `balance` by account and month, as the database adds them: exactly."""
        sums: dict[tuple[int, str], list[Any]] = defaultdict(lambda: [None, Decimal(0), 0])
        for record in self.find(model, domain, context):
            account = record["account_id"]
            group = sums[account[0] if account else 0, record["date"][:7]]
            group[0], group[2] = account, group[2] + 1
            group[1] += round(Decimal(repr(record["balance"])), 2)  # the column is numeric
        return [
            (account, date.fromisoformat(f"{month}-01"), total, count)
            for (_id, month), (account, total, count) in sorted(sums.items())
        ]

    def _read_group(self, model: str, context: Any, domain: Any, fields: Any, groupby: Any,
                    lazy: bool = True) -> list[Record]:  # fmt: skip
        assert (groupby, fields, lazy) == (["account_id", "date:month"], ["balance:sum"], False)
        rows = []
        for account, first, total, count in self._groups(model, domain, context):
            after = (first + timedelta(days=31)).replace(day=1)
            month = f"{calendar.month_name[first.month]} {first.year}"
            rows.append({
                "account_id": account, "date:month": month,
                "__range": {"date:month": {"from": str(first), "to": str(after)}},
                "balance": float(total), "__domain": [], "__count": count,
            })  # fmt: skip
        return rows

    def _formatted_read_group(self, model: str, context: Any, domain: Any, groupby: Any = (),
                              aggregates: Any = ()) -> list[Record]:  # fmt: skip
        assert groupby == ["account_id", "date:month"]
        assert aggregates == ["balance:sum", "__count"]
        return [
            {
                "account_id": account,
                "date:month": [str(first), f"{calendar.month_name[first.month]} {first.year}"],
                "__extra_domain": [], "balance:sum": float(total), "__count": count,
            }
            for account, first, total, count in self._groups(model, domain, context)
        ]  # fmt: skip

    # What people do to the books.

    def one(self, model: str, number: int) -> Record:
        (found,) = [r for r in self.models[model] if r["id"] == number]
        return found

    def lines(self, move: int) -> list[Record]:
        return [r for r in self.models["account.move.line"] if r["move_id"][0] == move]

    def unlink(self, move: int) -> int:
        """Delete an entry with its lines, as a reset to draft and a deletion do."""
        lines = [r for r in self.lines(move) if r["display_type"] != "line_section"]
        table = self.models["account.move.line"]
        self.models["account.move.line"] = [r for r in table if r["move_id"][0] != move]
        self.models["account.move"] = [r for r in self.models["account.move"] if r["id"] != move]
        return len(lines)

    def copy_of(self, move: int, number: int, stamp: str) -> int:
        """A copy of an entry under another id, written at another moment."""
        made = deepcopy(self.one("account.move", move))
        made |= {"id": number, "name": f"{made['name']}-{number}", "create_date": stamp}
        made["write_date"] = stamp
        self.models["account.move"].append(made)
        lines = [r for r in deepcopy(self.lines(move)) if r["display_type"] != "line_section"]
        for index, line in enumerate(lines):
            line |= {"id": number * 100 + index, "move_id": [number, made["name"]]}
            line |= {"create_date": stamp, "write_date": stamp}
        self.models["account.move.line"] += lines
        return len(lines)


def _type(name: str) -> str:
    if name.endswith("_ids"):
        return "many2many"
    if name.endswith("_id"):
        return "many2one"
    return {"id": "integer", "date": "date", "balance": "monetary"}.get(name, "char")


def _ordered(value: Any, operator: str, wanted: Any) -> bool:
    if operator == ">":
        return bool(value > wanted)
    if operator == ">=":
        return bool(value >= wanted)
    return bool(value < wanted if operator == "<" else value <= wanted)


def _sorted(found: list[Record], order: str | None) -> list[Record]:
    for part in reversed((order or "id asc").split(",")):
        name, _, way = part.strip().partition(" ")
        found = sorted(found, key=lambda r: r[name], reverse=way == "desc")
    return found


def _cut(found: list[Record], offset: int, limit: int | None) -> list[Record]:
    return found[offset : None if limit is None else offset + limit]


def plain(value: Any) -> Any:
    """A value as JSON would give it back."""
    return json.loads(json.dumps(value))
