-- What matching came to: each account compared at its period's end, and every pair or open row
-- of the period. Reads what bank_items.sql and matching made; makes bank_result, out_bank_match
-- and out_bank_reconciliation.

-- What the bank states at the end of the period's last day: its last balance on or before it,
-- with what it booked since.
CREATE OR REPLACE TEMP TABLE bank_side AS
WITH last_stated AS (
  SELECT u.unit_no, u.period_end, s.company_id, s.bank_account, s.currency, s.known_at, s.amount
  FROM bank_stated AS s
  JOIN bank_unit AS u ON u.company_id = s.company_id AND u.account_code = s.account_code
  WHERE s.known_at <= u.period_end
  QUALIFY row_number() OVER (PARTITION BY u.unit_no, s.bank_account
    ORDER BY s.known_at DESC, (s.kind = 'closing') DESC, s.position DESC) = 1
), since AS (
  SELECT l.unit_no, e.bank_account, sum(e.amount) AS amount
  FROM last_stated AS l
  JOIN bank_entry AS e ON e.company_id = l.company_id AND e.bank_account = l.bank_account
    AND e.currency = l.currency AND e.booking_date > l.known_at AND e.booking_date <= l.period_end
  GROUP BY ALL
)
SELECT l.unit_no, sum(l.amount) + coalesce(sum(s.amount), 0) AS amount
FROM last_stated AS l LEFT JOIN since AS s USING (unit_no, bank_account)
GROUP BY ALL;

-- What the books say: the last balance the ledger states an opening with, and postings since. In
-- another currency than the ledger's a stated balance is not known.
CREATE OR REPLACE TEMP TABLE ledger_side AS
WITH anchor AS (
  SELECT u.unit_no, max(o.balance_date) AS day
  FROM bank_unit AS u
  JOIN opening_balance AS o ON o.company_id = u.company_id AND o.balance_date <= u.period_end
  WHERE o.kind = 'opening' AND o.dimensions IS NULL
  GROUP BY ALL
), stated AS (
  SELECT u.unit_no, sum(o.amount) AS amount
  FROM bank_unit AS u JOIN anchor AS k USING (unit_no)
  JOIN opening_balance AS o ON o.company_id = u.company_id AND o.balance_date = k.day
    AND o.account_code = u.account_code
  WHERE o.kind = 'opening' AND o.dimensions IS NULL
  GROUP BY ALL
), booked AS (
  SELECT u.unit_no, sum(CASE WHEN u.currency = u.base_currency THEN p.amount
    WHEN p.currency = u.currency THEN CAST(p.amount_currency AS DECIMAL(18,2)) END) AS amount
  FROM bank_unit AS u LEFT JOIN anchor AS k USING (unit_no)
  JOIN posting AS p ON p.company_id = u.company_id AND p.account_code = u.account_code
    AND p.posting_date <= u.period_end
    AND p.posting_date >= coalesce(k.day, DATE '0001-01-01')
  GROUP BY ALL
)
SELECT u.unit_no, CASE WHEN u.currency = u.base_currency OR coalesce(s.amount, 0) = 0
    THEN coalesce(s.amount, 0) + coalesce(b.amount, 0) END AS amount
FROM bank_unit AS u
LEFT JOIN stated AS s USING (unit_no) LEFT JOIN booked AS b USING (unit_no);

-- The sum of a side up to the last day, by whether it is matched. What lies before the days
-- judged counts only where it is matched with what does not.
CREATE OR REPLACE TEMP TABLE bank_sum AS
WITH side AS (
  SELECT l.unit_no, l.day, l.amount, m.match_no IS NOT NULL AS is_matched, true AS is_bank
  FROM bank_line AS l LEFT JOIN matched_line AS m USING (line_no)
  UNION ALL
  SELECT p.unit_no, p.day, p.amount, m.match_no IS NOT NULL, false
  FROM bank_posting AS p LEFT JOIN matched_posting AS m USING (posting_no)
)
SELECT u.unit_no,
  count(*) FILTER (s.is_bank AND s.day >= u.period_start AND s.day >= u.first_day) AS entry_count,
  count(*) FILTER (s.is_bank AND s.is_matched AND s.day >= u.period_start
    AND s.day >= u.first_day) AS matched_count,
  count(*) FILTER (s.is_bank AND NOT s.is_matched AND s.day >= u.first_day) AS open_entries,
  coalesce(sum(s.amount) FILTER (s.is_bank AND NOT s.is_matched AND s.day >= u.first_day), 0)
    AS open_entry_amount,
  count(*) FILTER (NOT s.is_bank AND NOT s.is_matched AND s.day >= u.first_day) AS open_postings,
  coalesce(sum(s.amount) FILTER (NOT s.is_bank AND NOT s.is_matched AND s.day >= u.first_day), 0)
    AS open_posting_amount,
  coalesce(sum(CASE WHEN s.is_bank THEN s.amount ELSE -s.amount END) FILTER (s.is_matched), 0)
    AS under_way
FROM bank_unit AS u JOIN side AS s ON s.unit_no = u.unit_no AND s.day <= u.period_end
GROUP BY ALL;

-- Open rows of the days judged. A posting on days that no statement covers, or of the last days
-- before they end, may still come in a statement (`is_early`).
CREATE OR REPLACE TEMP TABLE bank_span AS
SELECT u.unit_no, s.bank_account, min(s.known_at) + 1 AS from_day, max(s.known_at) AS to_day
FROM bank_stated AS s
JOIN bank_unit AS u ON u.company_id = s.company_id AND u.account_code = s.account_code
GROUP BY u.unit_no, s.bank_account, s.statement;
CREATE OR REPLACE TEMP TABLE bank_open_entry AS
SELECT u.company_id, u.account_code, u.currency, u.is_strict, l.*
FROM open_line AS o JOIN bank_line AS l USING (line_no)
JOIN bank_unit AS u ON u.unit_no = o.unit_no
WHERE l.day BETWEEN u.first_day AND u.period_end;
CREATE OR REPLACE TEMP TABLE bank_open_posting AS
SELECT u.company_id, u.account_code, u.currency, u.is_strict, p.*,
  p.day_no > n.number - u.days OR NOT EXISTS (
    SELECT 1 FROM bank_span AS s
    WHERE s.unit_no = p.unit_no AND p.day BETWEEN s.from_day AND s.to_day) AS is_early
FROM open_posting AS o JOIN bank_posting AS p USING (posting_no)
JOIN bank_unit AS u ON u.unit_no = o.unit_no
JOIN bank_day AS n ON n.day = least(u.last_day, u.period_end)
WHERE p.day BETWEEN u.first_day AND u.period_end;

-- The days that no statement covers, of each bank account: whole months, and an end that is
-- further away than an entry may be from its posting.
CREATE OR REPLACE TEMP TABLE bank_missing AS
WITH wanted AS (
  SELECT u.unit_no, u.company_id, u.account_code, b.bank_account, b.last_day, u.is_strict, u.days, u.due_date,
    u.period_end,
    unnest(generate_series(date_trunc('month', greatest(b.first_day, u.first_day)),
      least(u.period_end, coalesce(CAST(getvariable('today') AS DATE) - 1, u.period_end)),
      INTERVAL 1 MONTH)) AS month_start
  FROM bank_unit AS u
  JOIN bank_covered AS b ON b.company_id = u.company_id AND b.account_code = u.account_code
), lacking AS (
  SELECT w.*, last_day(CAST(w.month_start AS DATE)) AS month_end
  FROM wanted AS w
  WHERE NOT EXISTS (
    SELECT 1 FROM bank_span AS t
    WHERE t.unit_no = w.unit_no AND t.bank_account = w.bank_account
      AND greatest(t.from_day, CAST(w.month_start AS DATE))
        <= least(t.to_day, last_day(CAST(w.month_start AS DATE)))
  )
), tail AS (
  SELECT DISTINCT w.company_id, w.account_code, w.bank_account, w.is_strict, w.due_date, w.last_day,
    w.period_end
  FROM wanted AS w
  JOIN bank_day AS a ON a.day = w.last_day
  JOIN bank_day AS b ON b.day = least(w.period_end, coalesce(CAST(getvariable('today') AS DATE) - 1, w.period_end))
  WHERE b.number - a.number > w.days
)
SELECT company_id, account_code, bank_account, any_value(is_strict) AS is_strict,
  any_value(due_date) AS due_date, any_value(last_day) AS last_day,
  any_value(period_end) AS period_end,
  string_agg(strftime(month_start, '%Y-%m'), ', ' ORDER BY month_start)
    FILTER (month_start IS NOT NULL AND month_start <= last_day) AS months,
  bool_or(is_tail) AS is_tail
FROM (
  SELECT company_id, account_code, bank_account, is_strict, due_date, last_day, period_end,
    month_start, false AS is_tail FROM lacking
  UNION ALL
  SELECT company_id, account_code, bank_account, is_strict, due_date, last_day, period_end,
    NULL, true FROM tail
)
GROUP BY company_id, account_code, bank_account
HAVING months IS NOT NULL OR bool_or(is_tail);

-- One row an account: everything that is said of it.
CREATE OR REPLACE TEMP TABLE bank_result AS
SELECT u.*, coalesce(s.entry_count, 0) AS entry_count, coalesce(s.matched_count, 0) AS matched_count,
  coalesce(s.open_entries, 0) AS open_entries,
  CAST(coalesce(s.open_entry_amount, 0) AS DECIMAL(18,2)) AS open_entry_amount,
  coalesce(s.open_postings, 0) AS open_postings,
  CAST(coalesce(s.open_posting_amount, 0) AS DECIMAL(18,2)) AS open_posting_amount,
  CAST(coalesce(s.under_way, 0) AS DECIMAL(18,2)) AS under_way,
  CAST(b.amount AS DECIMAL(18,2)) AS bank_balance,
  CAST(k.amount AS DECIMAL(18,2)) AS ledger_balance,
  CAST(b.amount - k.amount AS DECIMAL(18,2)) AS difference,
  CAST(b.amount - k.amount - coalesce(s.open_entry_amount - s.open_posting_amount + s.under_way, 0)
    AS DECIMAL(18,2)) AS unexplained,
  (SELECT count(*) FROM bank_open_posting AS o
    WHERE o.unit_no = u.unit_no AND NOT o.is_early) AS stale_postings,
  (SELECT count(*) FROM bank_missing AS m
    WHERE m.company_id = u.company_id AND m.account_code = u.account_code) AS missing,
  EXISTS (SELECT 1 FROM ledger_account AS a
    WHERE a.company_id = u.company_id AND a.account_code = u.account_code)
    OR EXISTS (SELECT 1 FROM bank_posting AS p WHERE p.unit_no = u.unit_no) AS is_known
FROM bank_unit AS u
JOIN bank_side AS b USING (unit_no)
JOIN ledger_side AS k USING (unit_no)
LEFT JOIN bank_sum AS s USING (unit_no)
WHERE u.first_day <= u.period_end AND u.currencies = 1;

INSERT INTO out_bank_reconciliation
SELECT company_id, period_start, period_end, getvariable('bank_is_yearly'), account_code,
  bank_account, currency, first_day,
  last_day, entry_count, matched_count, open_entries, open_entry_amount, open_postings,
  open_posting_amount, under_way, bank_balance, ledger_balance, difference, unexplained,
  coalesce(unexplained = 0 AND open_entries = 0 AND stale_postings = 0 AND missing = 0
    AND is_known, false),
  due_date
FROM bank_result ORDER BY company_id, account_code;

-- The rows of a match stand beside each other in order; the longer side goes on alone.
INSERT INTO out_bank_match
WITH entry AS (
  SELECT m.match_no, m.how, l.*,
    row_number() OVER (PARTITION BY m.match_no ORDER BY l.line_no) AS n
  FROM matched_line AS m JOIN bank_line AS l USING (line_no)
), posted AS (
  SELECT m.match_no, m.how, p.*, row_number() OVER (PARTITION BY m.match_no ORDER BY p.posting_no)
    AS n
  FROM matched_posting AS m JOIN bank_posting AS p USING (posting_no)
), named AS (
  SELECT match_no, min(source_id) AS match_id FROM entry GROUP BY ALL
), beside AS (
  SELECT coalesce(e.match_no, p.match_no) AS match_no, coalesce(e.how, p.how) AS how,
    coalesce(e.unit_no, p.unit_no) AS unit_no,
    e.source_id, e.day AS booking_date, e.amount AS entry_amount, e.text AS entry_text,
    p.voucher_id, p.line_id, p.day AS posting_date, p.amount AS posting_amount,
    p.text AS posting_text
  FROM entry AS e FULL JOIN posted AS p USING (match_no, n)
), in_period AS (
  SELECT b.match_no
  FROM beside AS b JOIN bank_unit AS u USING (unit_no)
  WHERE b.booking_date BETWEEN u.period_start AND u.period_end
    OR b.posting_date BETWEEN u.period_start AND u.period_end
  GROUP BY ALL
), told AS (
  SELECT n.match_id, b.* EXCLUDE (match_no)
  FROM beside AS b SEMI JOIN in_period USING (match_no) JOIN named AS n USING (match_no)
  UNION ALL
  SELECT '', 'open', unit_no, source_id, day, amount, text, NULL, NULL, NULL, NULL, NULL
  FROM bank_open_entry
  UNION ALL
  SELECT '', 'open', unit_no, NULL, NULL, NULL, NULL, voucher_id, line_id, day, amount, text
  FROM bank_open_posting
)
SELECT u.company_id, u.period_start, u.period_end, getvariable('bank_is_yearly'), u.account_code,
  t.match_id, t.how,
  coalesce(t.source_id, ''), t.booking_date, t.entry_amount, t.entry_text,
  coalesce(t.voucher_id, ''), coalesce(t.line_id, ''), t.posting_date, t.posting_amount,
  CASE WHEN t.voucher_id IS NOT NULL
    THEN concat_ws(', ', 'voucher ' || v.voucher_number, coalesce(t.posting_text, v.text)) END
FROM told AS t JOIN bank_result AS u USING (unit_no)
LEFT JOIN voucher AS v ON v.company_id = u.company_id AND v.voucher_id = t.voucher_id
ORDER BY ALL;
