"""Matching bank entries with postings: one way after another, nearest first.

Every way makes two lists, what the bank booked (`side_a`) and what the ledger posted
(`side_b`), each row with an amount and a number of bank day, and pairs rows of one account
with equal amounts: first those that share a reference nobody else has, then those nearest
in time, day by day, in the order of their numbers. So no row is paired twice, the result
does not depend on the order in which rows came, and every step is one join of equals: no
search among sums.

Belongs here: the ways and their order. Does not: which rows there are (`bank_items.sql`), or
what the result says (`quality.bank`).
"""

from dataclasses import dataclass

import duckdb

_ROUNDS = 20
"""References settle in a few rounds; what is left after these is paired by amount and day."""
_SHARED = 20
"""A reference that more rows of one amount carry than these tells nothing apart."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to pair. `a` and `b` select (number, unit_no, day_no, amount) of what may be
    paired; `by_reference` is what it is called where a reference decides, if any.
    """

    how: str
    a: str
    b: str
    lines_of_a: str
    postings_of_b: str
    by_reference: bool = False


_WHOLE = """
SELECT min(o.line_no), o.unit_no, min(o.day_no), sum(o.amount)
FROM open_line AS o
JOIN (SELECT entry_no, count(*) AS n FROM bank_line GROUP BY ALL) AS w USING (entry_no)
GROUP BY o.entry_no, o.unit_no HAVING count(*) = any_value(w.n) AND sum(o.amount) <> 0
"""
_LINES_OF_WHOLE = """
SELECT l.line_no, p.a FROM pair AS p JOIN bank_line AS f ON f.line_no = p.a
JOIN open_line AS l ON l.entry_no = f.entry_no
"""
_ONE_LINE = "SELECT line_no, unit_no, day_no, amount FROM open_line"
_LINE = "SELECT a, a FROM pair"
_ONE_POSTING = "SELECT posting_no, unit_no, day_no, amount FROM open_posting"
_POSTING = "SELECT b, a FROM pair"

WAYS = (
    Way("amount", _WHOLE, _ONE_POSTING, _LINES_OF_WHOLE, _POSTING, by_reference=True),
    Way("lines", _ONE_LINE, _ONE_POSTING, _LINE, _POSTING, by_reference=True),
    Way(
        "voucher",
        _WHOLE,
        """
        SELECT min(posting_no), unit_no, min(day_no), sum(amount) FROM open_posting
        GROUP BY voucher_no, unit_no HAVING count(*) > 1 AND sum(amount) <> 0
        """,
        _LINES_OF_WHOLE,
        """
        SELECT o.posting_no, p.a FROM pair AS p JOIN bank_posting AS f ON f.posting_no = p.b
        JOIN open_posting AS o ON o.voucher_no = f.voucher_no AND o.unit_no = f.unit_no
        """,
    ),
    Way(
        "day",
        _WHOLE,
        """
        SELECT min(posting_no), unit_no, day_no, sum(amount) FROM open_posting
        GROUP BY unit_no, day_no, sign(amount) HAVING count(*) > 1
        """,
        _LINES_OF_WHOLE,
        """
        SELECT o.posting_no, p.a FROM pair AS p JOIN bank_posting AS f ON f.posting_no = p.b
        JOIN open_posting AS o ON o.unit_no = f.unit_no AND o.day_no = f.day_no
          AND sign(o.amount) = sign(f.amount)
        """,
    ),
    Way(
        "entries",
        """
        SELECT min(line_no), unit_no, day_no, sum(amount) FROM open_line
        GROUP BY unit_no, day_no, sign(amount) HAVING count(*) > 1
        """,
        _ONE_POSTING,
        """
        SELECT o.line_no, p.a FROM pair AS p JOIN bank_line AS f ON f.line_no = p.a
        JOIN open_line AS o ON o.unit_no = f.unit_no AND o.day_no = f.day_no
          AND sign(o.amount) = sign(f.amount)
        """,
        _POSTING,
    ),
)
"""A bank entry as a whole with one posting; a batch's transactions one by one; an entry with
all of a voucher's postings on the account, or all of a day's in one direction; all of a day's
entries in one direction with one posting. Source: Bookkeeping Act §§ 7 stk. 2 and 11 (daily
totals may stand for single sales)."""


def match(con: duckdb.DuckDBPyConnection) -> None:
    """Fill `matched_line` and `matched_posting`; `open_line` and `open_posting` keep the rest."""
    days = con.execute("SELECT coalesce(max(days), 0) FROM bank_unit").fetchall()[0][0]
    for number, way in enumerate(WAYS, start=1):
        _sides(con, way)
        if way.by_reference:
            _by_reference(con)
            _take(con, way, "reference", 2 * number)
        for offset in _nearest_first(days):
            if not _some(con):
                break
            con.execute(_SAME_DAY, {"offset": offset})
            con.execute(_DROP_PAIRED)
        _take(con, way, way.how, 2 * number + 1)


def _nearest_first(days: int) -> list[int]:
    """Bank days from posting to entry, the nearest first.

    >>> _nearest_first(2)
    [0, 1, -1, 2, -2]
    """
    return [0, *(step for day in range(1, days + 1) for step in (day, -day))]


def _sides(con: duckdb.DuckDBPyConnection, way: Way) -> None:
    """Make both lists, of rows whose amount the other has somewhere on the account."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE pair (a INTEGER, b INTEGER);
        CREATE OR REPLACE TEMP TABLE side_b AS {way.b};
        CREATE OR REPLACE TEMP TABLE all_b AS
        SELECT * FROM side_b AS t(b, unit_no, day_no, amount);
        CREATE OR REPLACE TEMP TABLE side_a AS
        SELECT s.*, u.days FROM ({way.a}) AS s(a, unit_no, day_no, amount)
        JOIN bank_unit AS u USING (unit_no)
        SEMI JOIN all_b AS o ON o.unit_no = s.unit_no AND o.amount = s.amount;
        CREATE OR REPLACE TEMP TABLE side_b AS
        SELECT s.* FROM all_b AS s
        SEMI JOIN side_a AS o ON o.unit_no = s.unit_no AND o.amount = s.amount;
    """)


_SAME_DAY = """
INSERT INTO pair
SELECT a.a, b.b
FROM (
  SELECT a, unit_no, amount, day_no,
    row_number() OVER (PARTITION BY unit_no, amount, day_no ORDER BY a) AS n
  FROM side_a WHERE days >= abs($offset)
) AS a
JOIN (
  SELECT b, unit_no, amount, day_no + $offset AS day_no,
    row_number() OVER (PARTITION BY unit_no, amount, day_no ORDER BY b) AS n
  FROM side_b
) AS b USING (unit_no, amount, day_no, n)
"""

_DROP_PAIRED = """
DELETE FROM side_a WHERE a IN (SELECT a FROM pair);
DELETE FROM side_b WHERE b IN (SELECT b FROM pair);
"""


def _some(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether both lists still hold something."""
    left = con.execute("SELECT (SELECT count(*) FROM side_a), (SELECT count(*) FROM side_b)")
    return all(left.fetchall()[0])


# A reference is a number of three digits or more (leading zeros aside; years tell nothing), or
# a word with a digit in it.
_REFERENCES = """
CREATE OR REPLACE TEMP MACRO reference_words(told) AS list_distinct(list_concat(
  [ltrim(x, '0') FOR x IN regexp_extract_all(told, '[0-9]{3,}')
    IF length(ltrim(x, '0')) >= 3 AND NOT regexp_full_match(x, '(19|20)[0-9]{2}')],
  [x FOR x IN regexp_extract_all(upper(told), '[0-9A-Z][0-9A-Z-]{3,}')
    IF regexp_matches(x, '[0-9]') AND regexp_matches(x, '[A-Z]')]
));

-- Only where an amount occurs more than once is there anything to tell apart.
CREATE OR REPLACE TEMP TABLE unclear AS
SELECT unit_no, amount
FROM (
  SELECT unit_no, amount, 'a' AS side FROM side_a UNION ALL
  SELECT unit_no, amount, 'b' FROM side_b
)
GROUP BY ALL
HAVING count(*) FILTER (side = 'a') > 1 OR count(*) FILTER (side = 'b') > 1;

CREATE OR REPLACE TEMP TABLE reference_a AS
SELECT s.a, s.unit_no, s.amount, s.day_no, s.days,
  unnest(reference_words(concat_ws(' ', l.text, l.refs))) AS word
FROM side_a AS s SEMI JOIN unclear AS k USING (unit_no, amount)
JOIN bank_line AS l ON l.line_no = s.a;
CREATE OR REPLACE TEMP TABLE reference_b AS
SELECT s.b, s.unit_no, s.amount, s.day_no,
  unnest(reference_words(concat_ws(' ', p.text, v.voucher_number, v.text, v.document_id))) AS word
FROM side_b AS s SEMI JOIN unclear AS k USING (unit_no, amount)
JOIN bank_posting AS p ON p.posting_no = s.b
JOIN bank_unit AS u ON u.unit_no = p.unit_no
JOIN voucher AS v ON v.company_id = u.company_id AND v.voucher_id = p.voucher_id;

CREATE OR REPLACE TEMP TABLE candidate AS
WITH telling AS (
  SELECT unit_no, amount, word
  FROM (
    SELECT unit_no, amount, word, 'a' AS side FROM reference_a UNION ALL
    SELECT unit_no, amount, word, 'b' FROM reference_b
  )
  GROUP BY ALL
  HAVING count(*) FILTER (side = 'a') BETWEEN 1 AND {shared}
    AND count(*) FILTER (side = 'b') BETWEEN 1 AND {shared}
)
SELECT a.a, b.b, count(*) AS words, abs(any_value(a.day_no) - any_value(b.day_no)) AS apart
FROM reference_a AS a
JOIN telling AS t USING (unit_no, amount, word)
JOIN reference_b AS b USING (unit_no, amount, word)
WHERE abs(a.day_no - b.day_no) <= a.days
GROUP BY a.a, b.b;
"""

# Pairs that are each other's first choice; all choose by the same order, so rounds end.
_FIRST_CHOICES = """
INSERT INTO pair
SELECT a, b FROM (
  SELECT a, b,
    row_number() OVER (PARTITION BY a ORDER BY words DESC, apart, a, b) AS of_a,
    row_number() OVER (PARTITION BY b ORDER BY words DESC, apart, a, b) AS of_b
  FROM candidate
)
WHERE of_a = 1 AND of_b = 1;
DELETE FROM candidate WHERE a IN (SELECT a FROM pair) OR b IN (SELECT b FROM pair);
"""


def _by_reference(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(_REFERENCES.replace("{shared}", str(_SHARED)))
    for _ in range(_ROUNDS):
        if not con.execute("SELECT count(*) FROM candidate").fetchall()[0][0]:
            break
        con.execute(_FIRST_CHOICES)
    con.execute(_DROP_PAIRED)


def _take(con: duckdb.DuckDBPyConnection, way: Way, how: str, number: int) -> None:
    """Take what was paired out of what is open; matches are numbered by way and entry."""
    con.execute(f"""
        INSERT INTO matched_line
        SELECT t.line_no, {number} * 10000000000 + t.a, '{how}'
        FROM ({way.lines_of_a}) AS t(line_no, a);
        INSERT INTO matched_posting
        SELECT t.posting_no, {number} * 10000000000 + t.a, '{how}'
        FROM ({way.postings_of_b}) AS t(posting_no, a);
        DELETE FROM open_line WHERE line_no IN (SELECT line_no FROM matched_line);
        DELETE FROM open_posting WHERE posting_no IN (SELECT posting_no FROM matched_posting);
        DELETE FROM pair;
    """)
