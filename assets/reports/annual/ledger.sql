-- The fiscal years of the reports due, and what the ledger holds of each: one row per posting
-- of the year, and one per account for what it opened with.
-- Reads report_due, annual_choice and the ledger; makes annual_year, annual_ledger_account and
-- annual_entry (amounts debit positive), to which adjustments.sql adds.

-- `which` is '' for the year reported and 'previous' for the year before, where its figures
-- come from the ledger and from no filing; a year before that the ledger knows nothing of is none.
CREATE OR REPLACE TEMP TABLE annual_year AS
SELECT CAST(row_number() OVER (ORDER BY d.report_no, w.which) AS INTEGER) AS year_no,
       d.report_no, d.company_id, w.which, c.income_form, c.balance_form, c.is_condensed,
       c.previous_origin,
       CASE w.which WHEN '' THEN d.period_start ELSE c.previous_start END AS year_start,
       CASE w.which WHEN '' THEN d.period_end ELSE c.previous_end END AS year_end
FROM report_due d
JOIN annual_choice c USING (company_id, period_start, period_end)
CROSS JOIN (VALUES (''), ('previous')) w(which)
WHERE w.which = '' OR (c.previous_origin = 'ledger' AND c.previous_end IS NOT NULL);

SET VARIABLE annual_last = (SELECT max(year_end) FROM annual_year);

CREATE OR REPLACE TEMP TABLE annual_ledger_account AS
SELECT a.company_id, a.account_code, a.name, a.standard_account_code,
       CASE coalesce(s.kind, a.kind) WHEN 'revenue' THEN 'result' WHEN 'expense' THEN 'result'
            WHEN 'equity' THEN 'equity' ELSE 'balance' END AS side
FROM ledger_account a
LEFT JOIN standard_account s ON s.account_code = a.standard_account_code
SEMI JOIN annual_year y ON y.company_id = a.company_id;

-- What a company states it opened a day with stands for everything before that day, in
-- whichever bookkeeping system it was booked: so nothing is counted twice. Of several such
-- days the last one on or before the year's first day counts, with the postings since.
CREATE OR REPLACE TEMP TABLE annual_anchor AS
SELECT y.year_no, max(o.balance_date) AS anchor_date
FROM annual_year y
JOIN opening_balance o ON o.company_id = y.company_id AND o.balance_date <= y.year_start
WHERE o.kind = 'opening' AND o.dimensions IS NULL
GROUP BY y.year_no;

CREATE OR REPLACE TEMP TABLE annual_opening AS
WITH stated AS (
  SELECT y.year_no, o.account_code, o.amount
  FROM annual_year y
  JOIN annual_anchor k USING (year_no)
  JOIN opening_balance o ON o.company_id = y.company_id AND o.balance_date = k.anchor_date
  WHERE o.kind = 'opening' AND o.dimensions IS NULL
),
booked AS (
  SELECT y.year_no, p.account_code, p.amount
  FROM annual_year y
  LEFT JOIN annual_anchor k USING (year_no)
  JOIN posting p ON p.company_id = y.company_id AND p.posting_date < y.year_start
   AND p.posting_date >= coalesce(k.anchor_date, DATE '0001-01-01')
  WHERE p.posting_date < getvariable('annual_last')
)
SELECT year_no, account_code, CAST(sum(amount) AS DECIMAL(18,2)) AS amount
FROM (FROM stated UNION ALL FROM booked)
GROUP BY year_no, account_code;

CREATE OR REPLACE TEMP TABLE annual_movement AS
SELECT y.year_no, p.account_code, coalesce(a.side, 'balance') AS side, p.voucher_id, p.line_id,
       p.amount, p.posting_date = y.year_end AS is_last, p.posting_date = y.year_start AS is_first
FROM posting p
JOIN annual_year y ON y.company_id = p.company_id
 AND p.posting_date BETWEEN y.year_start AND y.year_end
LEFT JOIN annual_ledger_account a ON a.company_id = p.company_id AND a.account_code = p.account_code
WHERE p.posting_date <= getvariable('annual_last');

-- Vouchers that open the books in a system: on the first day of a year that follows one that
-- was filed, with nothing booked and no balance stated before it, touching no result account,
-- but equity and others. In a company's very first year such a voucher is its founding.
CREATE OR REPLACE TEMP TABLE annual_opening_voucher AS
SELECT m.year_no, m.voucher_id
FROM annual_movement m
JOIN annual_year y USING (year_no)
ANTI JOIN annual_opening o ON o.year_no = m.year_no
WHERE y.previous_origin = 'filed'
GROUP BY m.year_no, m.voucher_id
HAVING bool_and(m.is_first) AND NOT bool_or(m.side = 'result')
   AND bool_or(m.side = 'equity') AND bool_or(m.side = 'balance');

-- Closing entries. A voucher of the year's last day that touches nothing but result accounts
-- and equity, and takes most of the result accounts it touches to zero, closes the year; one
-- of the first day that does so with what the result accounts opened with closes the year before.
CREATE OR REPLACE TEMP TABLE annual_closing AS
WITH candidate AS (
  SELECT year_no, voucher_id, bool_and(is_first) AS is_first
  FROM annual_movement
  GROUP BY year_no, voucher_id
  HAVING bool_and(is_last OR is_first) AND bool_and(side <> 'balance')
     AND bool_or(side = 'result') AND bool_or(side = 'equity')
),
closed AS (
  SELECT c.year_no, c.is_first, m.account_code, sum(m.amount) AS amount
  FROM candidate c JOIN annual_movement m USING (year_no, voucher_id)
  WHERE m.side = 'result'
  GROUP BY ALL
),
year_amount AS (
  SELECT m.year_no, m.account_code, sum(m.amount) AS amount
  FROM annual_movement m ANTI JOIN candidate USING (year_no, voucher_id)
  WHERE m.side = 'result'
  GROUP BY ALL
),
reversed AS (
  SELECT c.year_no, c.is_first, c.account_code
  FROM closed c
  LEFT JOIN year_amount y ON y.year_no = c.year_no AND y.account_code = c.account_code
  LEFT JOIN annual_opening o ON o.year_no = c.year_no AND o.account_code = c.account_code
  WHERE c.amount <> 0
    AND c.amount = -CASE WHEN c.is_first THEN o.amount ELSE coalesce(y.amount, 0) END
)
SELECT c.year_no, c.voucher_id, any_value(c.is_first) AS is_first
FROM candidate c
JOIN annual_movement m USING (year_no, voucher_id)
LEFT JOIN reversed r
  ON r.year_no = c.year_no AND r.is_first = c.is_first AND r.account_code = m.account_code
WHERE m.side = 'result'
GROUP BY c.year_no, c.voucher_id
HAVING 2 * count(DISTINCT r.account_code) > count(DISTINCT m.account_code);

CREATE OR REPLACE TEMP TABLE annual_entry AS
SELECT o.year_no, o.account_code, a.standard_account_code, coalesce(a.side, 'balance') AS side,
       'opening' AS part, 'opening:' || o.account_code AS voucher_id,
       CAST(y.year_start AS VARCHAR) AS line_id, o.amount
FROM annual_opening o
JOIN annual_year y USING (year_no)
LEFT JOIN annual_ledger_account a
  ON a.company_id = y.company_id AND a.account_code = o.account_code
WHERE o.amount <> 0
UNION ALL
SELECT m.year_no, m.account_code, a.standard_account_code, m.side,
       CASE WHEN c.is_first THEN 'opening' WHEN c.voucher_id IS NOT NULL THEN 'closing'
            ELSE 'movement' END,
       m.voucher_id, m.line_id, m.amount
FROM annual_movement m
JOIN annual_year y USING (year_no)
ANTI JOIN annual_opening_voucher v ON v.year_no = m.year_no AND v.voucher_id = m.voucher_id
LEFT JOIN annual_closing c ON c.year_no = m.year_no AND c.voucher_id = m.voucher_id
LEFT JOIN annual_ledger_account a
  ON a.company_id = y.company_id AND a.account_code = m.account_code
UNION ALL
SELECT m.year_no, m.account_code, a.standard_account_code, m.side, 'opening',
       'opening:' || m.account_code, m.voucher_id || '#' || m.line_id, m.amount
FROM annual_movement m
JOIN annual_year y USING (year_no)
JOIN annual_opening_voucher v ON v.year_no = m.year_no AND v.voucher_id = m.voucher_id
LEFT JOIN annual_ledger_account a
  ON a.company_id = y.company_id AND a.account_code = m.account_code;

DELETE FROM annual_year AS y
WHERE y.which = 'previous'
  AND NOT EXISTS (SELECT 1 FROM annual_entry AS e WHERE e.year_no = y.year_no);
