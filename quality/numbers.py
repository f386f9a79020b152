"""Whether registration numbers can be what they claim to be: form and check digit.

A set at a time: the distinct numbers a check needs are fetched, judged by
python-stdnum, and handed back to DuckDB as the table `checked_number`.

Belongs here: judging numbers. Does not: which numbers matter (`quality.rules`),
or whether a number is registered today, which only the authority knows.
"""

from importlib import import_module

import duckdb
import pyarrow as pa

_NUMBERS = """
SELECT DISTINCT 'cvr' AS kind, 'DK' AS country, number FROM (
  SELECT cvr AS number FROM checked_company UNION SELECT se_number FROM checked_company)
WHERE coalesce(trim(number), '') <> ''
UNION ALL
SELECT DISTINCT 'eu', coalesce(upper(b.country), ''), trim(b.vat_number)
FROM party AS b
SEMI JOIN (
  SELECT t.company_id, t.party_id FROM checked_tax_line AS t
  JOIN checked_code AS s ON s.vat_code = t.standard_vat_code AND s.list_column <> ''
) AS l ON l.company_id = b.company_id AND l.party_id = b.party_id
WHERE coalesce(trim(b.vat_number), '') <> ''
ORDER BY ALL
"""


def cvr_defect(number: str) -> str | None:
    """What is wrong with a Danish CVR or SE number; None: nothing.

    Source: CVR-loven; eight digits, weights 2 7 6 5 4 3 2 1, sum divisible by 11.

    >>> cvr_defect("13585628"), cvr_defect("13585627"), cvr_defect("1358562")
    (None, 'its check digit does not fit', 'a CVR number has 8 digits')
    """
    if not (number.isascii() and number.isdigit() and len(number) == 8):
        return "a CVR number has 8 digits"
    return _defect("stdnum.dk.cvr", number)


def eu_vat_defect(number: str, country: str = "") -> str | None:
    """What is wrong with a buyer's EU VAT number; None: nothing.

    A number without its country's two letters gets those of `country` (ISO 3166;
    Greece GR or EL, Northern Ireland XI).

    >>> eu_vat_defect("DE136695976"), eu_vat_defect("136695976", "DE")
    (None, None)
    >>> eu_vat_defect("DK13585628")
    'it is Danish, and an EU sale goes to another country'
    >>> eu_vat_defect("DE136695970")
    'its check digit does not fit'

    Irish and Dutch numbers may hold + and *, which are part of the number.

    >>> eu_vat_defect("IE 8+49289F"), eu_vat_defect("NL+*ABCDEF12 34")
    (None, 'its check digit does not fit')
    """
    compact = eu_vat_compact(number)
    if not _has_prefix(compact):
        own = country.upper() + compact
        if not compact[:2].isalpha() or (_has_prefix(own) and eu_vat_defect(own) is None):
            compact = own
    prefix = {"GR": "EL"}.get(compact[:2], compact[:2])
    if prefix == "DK":
        return "it is Danish, and an EU sale goes to another country"
    if not prefix.isalpha() or len(prefix) < 2:
        return "it does not begin with a country's two letters"
    if not _has_prefix(prefix):
        return f"{prefix} is not an EU country"
    if prefix == "NL" and not compact[:12].isalnum():
        return _dutch_defect(compact)
    return _defect("stdnum.eu.vat", prefix + compact[2:])


def eu_vat_compact(number: str) -> str:
    """A buyer's number as it is listed: capital letters, digits, + and *, nothing else.

    >>> eu_vat_compact("ie 1+23456-w")
    'IE1+23456W'
    """
    return "".join(sign for sign in number.upper() if sign.isalnum() or sign in "+*")


def _has_prefix(number: str) -> bool:
    members = import_module("stdnum.eu.vat").MEMBER_STATES
    return {"EL": "gr"}.get(number[:2], number[:2].lower()) in members


def _dutch_defect(number: str) -> str | None:
    """What is wrong with a Dutch number of 2020 or later that holds + or *.

    Source: VIES VAT number construction rules, NL: ten digits, letters, + or *, then
    two digits; A is 10 … Z 35, + 36, * 37, and the whole modulo 97 is 1.
    """
    body = number[2:]
    if len(body) != 12:
        return "it has the wrong length"
    if not (body[10:].isdigit() and number.isascii()):
        return "it does not have the form of its country"
    values = (str("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+*".index(sign)) for sign in number)
    return None if int("".join(values)) % 97 == 1 else "its check digit does not fit"


def _defect(module: str, number: str) -> str | None:
    failures = import_module("stdnum.exceptions")
    try:
        import_module(module).validate(number)
    except failures.InvalidChecksum:
        return "its check digit does not fit"
    except failures.InvalidLength:
        return "it has the wrong length"
    except failures.ValidationError:
        return "it does not have the form of its country"
    return None


def register(con: duckdb.DuckDBPyConnection) -> None:
    """Create the temp table `checked_number`: kind, country, number, is_valid, reason.

    Grain: one distinct number of one kind and country. Needs `checked_company`,
    `checked_tax_line` and `checked_code` (see `quality/rules/prepare.sql`).
    """
    rows = []
    for kind, country, number in con.execute(_NUMBERS).fetchall():
        reason = cvr_defect(number) if kind == "cvr" else eu_vat_defect(number, country)
        rows.append((kind, country, number, reason is None, reason))
    columns = zip(*rows, strict=True) if rows else ([], [], [], [], [])
    shape = pa.schema(
        [("kind", pa.string()), ("country", pa.string()), ("number", pa.string()),
         ("is_valid", pa.bool_()), ("reason", pa.string())]
    )  # fmt: skip
    judged = pa.Table.from_arrays(
        [pa.array(c, f.type) for c, f in zip(columns, shape, strict=True)], schema=shape
    )
    con.register("_judged_number", judged)
    con.execute("CREATE OR REPLACE TEMP TABLE checked_number AS SELECT * FROM _judged_number")
    con.unregister("_judged_number")
