"""The database behind the answers recorded from a real Odoo 18 with the Danish localisation.

Every record and every column is as recorded, digits included. What the recordings did not
ask for and a server has is added from what they hold: the one company on everything that
belongs to a company, and the countries' ISO codes.

Belongs here: loading. Does not: answering (`odoo`).
"""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.simulators.base import Number
from tests.simulators.odoo_orm import Database, Record

_ISO = {"Denmark": "DK", "Germany": "DE", "Sweden": "SE"}
_OWNED = (
    "account.journal", "account.tax", "account.tax.repartition.line", "account.move",
    "account.move.line",
)  # fmt: skip


def pages(folder: Path) -> list[tuple[dict[str, Any], str]]:
    """Each recorded page: the request's parameters and the answer's body."""
    found = []
    for path in sorted(folder.glob("*.json")):
        page = json.loads(path.read_text(encoding="utf-8"))
        asked = page["request"]
        body = json.loads(asked) if isinstance(asked, str) else asked
        found.append((body["params"], page["body"]))
    return found


def database(folder: Path) -> Database:
    """The database as it was recorded."""
    models: dict[str, list[Record]] = defaultdict(list)
    for params, body in pages(folder):
        models[params["args"][3]] += json.loads(body, parse_float=Number)["result"]
    (company,) = models["res.company"]
    owner = [company["id"], company["name"]]
    for model in _OWNED:
        for record in models[model]:
            record["company_id"] = owner
    for record in models["account.account"]:
        record["company_ids"] = [company["id"]]
    countries = {r["country_id"][0]: r["country_id"][1] for r in models["res.partner"]
                 if r["country_id"]}  # fmt: skip
    models["res.country"] = [
        {"id": number, "name": name, "code": _ISO[name]} for number, name in countries.items()
    ]
    name = pages(folder)[0][0]["args"][0]
    return Database(name, "18.0", dict(models))
