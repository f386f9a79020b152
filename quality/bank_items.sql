-- The bank accounts of the checked companies, their entries and the postings beside them.
-- Reads checked_company, checked_due, bank_setting, bank_day, the bank's and the ledger's
-- tables; makes bank_unit (one ledger account of a bank), bank_line, bank_posting.
-- Amounts are in the account's currency; money into the account, a debit, is positive.

-- Each balance once, whichever connection brought it. `known_at`: the day at whose end it holds.
CREATE OR REPLACE TEMP TABLE bank_stated AS
SELECT b.company_id, b.account_code, b.bank_account, b.currency, b.kind, b.amount, b.position,
  b.balance_date, regexp_replace(b.source_id, '/(opening|closing)$', '') AS statement,
  CASE b.kind WHEN 'closing' THEN b.balance_date ELSE b.balance_date - 1 END AS known_at
FROM bank_balance AS b SEMI JOIN checked_company AS c USING (company_id)
WHERE b.account_code IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY b.company_id, b.source_id ORDER BY b.connection_id) = 1;

-- What bank statements cover of each bank account. Grain: bank account.
CREATE OR REPLACE TEMP TABLE bank_covered AS
SELECT company_id, account_code, bank_account, min(currency) AS currency,
  min(known_at) + 1 AS first_day, max(known_at) AS last_day
FROM bank_stated GROUP BY ALL;

-- Where a company's ledger begins: with the fiscal year of its first voucher, with that month
-- where no year is told, or with the first balance it states.
CREATE OR REPLACE TEMP TABLE bank_ledger_start AS
WITH first_voucher AS (
  SELECT v.company_id, min(v.posting_date) AS day
  FROM voucher AS v SEMI JOIN bank_covered AS b USING (company_id) GROUP BY ALL
)
SELECT company_id, min(day) AS day
FROM (
  SELECT v.company_id, coalesce(min(f.start_date), CAST(date_trunc('month', v.day) AS DATE)) AS day
  FROM first_voucher AS v
  LEFT JOIN fiscal_period AS f ON f.company_id = v.company_id AND f.kind = 'year'
    AND v.day BETWEEN f.start_date AND f.end_date
  GROUP BY v.company_id, v.day
  UNION ALL
  SELECT o.company_id, min(o.balance_date)
  FROM opening_balance AS o SEMI JOIN bank_covered AS b USING (company_id)
  WHERE o.kind = 'opening' AND o.dimensions IS NULL GROUP BY ALL
)
GROUP BY ALL;

-- One ledger account of a bank; several bank accounts may stand on it.
-- `is_known`: the chart or a posting has the account. Days before `first_day` are not judged.
CREATE OR REPLACE TEMP TABLE bank_unit AS
SELECT CAST(row_number() OVER (ORDER BY b.company_id, b.account_code) AS INTEGER) AS unit_no,
  b.company_id, b.account_code,
  string_agg(b.bank_account, ', ' ORDER BY b.bank_account) AS bank_account,
  min(b.currency) AS currency, count(DISTINCT b.currency) AS currencies,
  greatest(max(b.first_day), any_value(s.day)) AS first_day, min(b.last_day) AS last_day,
  any_value(c.period_start) AS period_start, any_value(c.period_end) AS period_end,
  any_value(c.base_currency) AS base_currency,
  any_value(coalesce(t.days, 5)) AS days, any_value(coalesce(t.is_strict, false)) AS is_strict,
  any_value(d.due_date) AS due_date
FROM bank_covered AS b
JOIN checked_company AS c USING (company_id)
LEFT JOIN bank_ledger_start AS s USING (company_id)
LEFT JOIN bank_setting AS t USING (company_id)
LEFT JOIN (
  SELECT company_id, min(due_date) AS due_date FROM checked_due WHERE frequency <> 'none'
  GROUP BY ALL
) AS d USING (company_id)
GROUP BY b.company_id, b.account_code;

-- Transactions and postings lie this far around the days judged, so that what is under way
-- over either end finds its other side. Both are numbered by what they are, not as they came.
CREATE OR REPLACE TEMP TABLE bank_line AS
SELECT CAST(row_number() OVER (
    ORDER BY u.unit_no, e.booking_date, e.entry_id, e.line_no) AS INTEGER) AS line_no,
  CAST(dense_rank() OVER (ORDER BY u.unit_no, e.entry_id) AS INTEGER) AS entry_no,
  u.unit_no, n.number AS day_no, e.booking_date AS day, e.amount, e.source_id, e.where_found,
  e.bank_account, concat_ws(', ', e.counterparty, e.text) AS text, e.refs
FROM (
  SELECT * FROM bank_entry WHERE account_code IS NOT NULL AND amount <> 0
  QUALIFY row_number() OVER (PARTITION BY company_id, source_id ORDER BY connection_id) = 1
) AS e
JOIN bank_unit AS u ON u.company_id = e.company_id AND u.account_code = e.account_code
  AND u.currency = e.currency AND u.currencies = 1
JOIN bank_day AS n ON n.day = e.booking_date
WHERE e.booking_date BETWEEN u.first_day - (2 * u.days + 7) AND u.period_end + (2 * u.days + 7);

CREATE OR REPLACE TEMP TABLE bank_posting AS
SELECT CAST(row_number() OVER (
    ORDER BY u.unit_no, p.posting_date, p.voucher_id, p.line_id) AS INTEGER) AS posting_no,
  CAST(dense_rank() OVER (ORDER BY u.unit_no, p.voucher_id) AS INTEGER) AS voucher_no,
  u.unit_no, n.number AS day_no, p.posting_date AS day,
  CASE WHEN u.currency = u.base_currency THEN p.amount
    ELSE CAST(p.amount_currency AS DECIMAL(18,2)) END AS amount,
  p.voucher_id, p.line_id, p.line_no AS line, p.text
FROM posting AS p
JOIN bank_unit AS u ON u.company_id = p.company_id AND u.account_code = p.account_code
  AND u.currencies = 1
JOIN bank_day AS n ON n.day = p.posting_date
WHERE p.posting_date BETWEEN (SELECT min(first_day - (2 * days + 7)) FROM bank_unit)
    AND (SELECT max(period_end + (2 * days + 7)) FROM bank_unit)
  AND p.posting_date BETWEEN u.first_day - (2 * u.days + 7) AND u.period_end + (2 * u.days + 7)
  AND (u.currency = u.base_currency OR p.currency = u.currency)
  AND CASE WHEN u.currency = u.base_currency THEN p.amount ELSE p.amount_currency END <> 0;

-- What has no other side yet; matching takes rows out.
CREATE OR REPLACE TEMP TABLE open_line AS
SELECT line_no, entry_no, unit_no, day_no, amount FROM bank_line;
CREATE OR REPLACE TEMP TABLE open_posting AS
SELECT posting_no, voucher_no, unit_no, day_no, amount FROM bank_posting;
CREATE OR REPLACE TEMP TABLE matched_line (line_no INTEGER, match_no BIGINT, how VARCHAR);
CREATE OR REPLACE TEMP TABLE matched_posting (posting_no INTEGER, match_no BIGINT, how VARCHAR);
