-- An annual report against the same year's VAT returns and against last year's report.
-- Reads reconciled_report and reconciled_line, the stored report and report_line (as
-- stored_return and stored_return_line), posting, tax_line and the accounts; adds to
-- out_reconciliation. Amounts are exact, signed as reported.

CREATE OR REPLACE TEMP TABLE annual_reconciled AS
SELECT company_id, period_start, period_end FROM reconciled_report
WHERE report_type = 'annual_report';

CREATE OR REPLACE TEMP VIEW annual_reconciled_line AS
SELECT * FROM reconciled_line WHERE report_type = 'annual_report';

-- Net turnover's accounts: those above its total in the standard chart.
CREATE OR REPLACE TEMP TABLE turnover_account AS
SELECT a.company_id, a.account_code
FROM ledger_account AS a
JOIN (
  SELECT DISTINCT account_code FROM standard_account
  WHERE kind = 'revenue' AND account_code < (
    SELECT min(account_code) FROM standard_account WHERE name_da = 'Nettoomsætning'
  )
) AS s ON s.account_code = a.standard_account_code
SEMI JOIN annual_reconciled AS r ON r.company_id = a.company_id;

-- Vouchers that only move results to equity close the accounts and are no turnover. On purpose
-- not the report's own finding of them, which asks for the year's first or last day and for
-- accounts taken to zero: what it takes for a closing and should not shows here as a difference.
CREATE OR REPLACE TEMP TABLE annual_closing_voucher AS
SELECT p.company_id, p.voucher_id
FROM posting AS p
JOIN annual_reconciled AS r ON r.company_id = p.company_id
  AND p.posting_date BETWEEN r.period_start AND r.period_end
JOIN ledger_account AS a ON a.company_id = p.company_id AND a.account_code = p.account_code
LEFT JOIN (SELECT DISTINCT account_code, kind FROM standard_account) AS s
  ON s.account_code = a.standard_account_code
GROUP BY ALL
HAVING bool_and(coalesce(s.kind, a.kind) IN ('revenue', 'expense', 'equity'))
  AND bool_or(coalesce(s.kind, a.kind) = 'equity');

CREATE OR REPLACE TEMP TABLE annual_turnover AS
WITH booked AS (
  SELECT r.company_id, r.period_start, r.period_end, p.voucher_id, p.line_id, -p.amount AS amount
  FROM posting AS p
  JOIN annual_reconciled AS r ON r.company_id = p.company_id
    AND p.posting_date BETWEEN r.period_start AND r.period_end
  SEMI JOIN turnover_account AS a
    ON a.company_id = p.company_id AND a.account_code = p.account_code
  ANTI JOIN annual_closing_voucher AS c
    ON c.company_id = p.company_id AND c.voucher_id = p.voucher_id
), base AS (
  SELECT r.company_id, r.period_start, r.period_end, t.voucher_id, t.line_id,
    -sum(t.amount) AS amount
  FROM tax_line AS t
  JOIN annual_reconciled AS r ON r.company_id = t.company_id
    AND t.posting_date BETWEEN r.period_start AND r.period_end
  WHERE t.part = 'base' AND starts_with(t.standard_vat_code, 'S')
  GROUP BY ALL
)
SELECT coalesce(b.company_id, v.company_id) AS company_id,
  coalesce(b.period_start, v.period_start) AS period_start,
  coalesce(b.period_end, v.period_end) AS period_end,
  coalesce(sum(v.amount), 0) AS booked,
  coalesce(sum(b.amount), 0) AS coded,
  coalesce(sum(v.amount), 0) - coalesce(sum(b.amount) FILTER (v.line_id IS NOT NULL), 0)
    AS booked_uncoded,
  coalesce(sum(b.amount) FILTER (v.line_id IS NULL), 0) AS coded_elsewhere
FROM base AS b
FULL JOIN booked AS v USING (company_id, voucher_id, line_id, period_start, period_end)
GROUP BY ALL;

-- What the annual report says of turnover; a condensed one (§ 32) does not say it, its books do.
CREATE OR REPLACE TEMP TABLE annual_revenue AS
SELECT r.*, coalesce(t.booked, 0) AS booked, coalesce(t.coded, 0) AS coded,
  coalesce(t.booked_uncoded, 0) AS booked_uncoded,
  coalesce(t.coded_elsewhere, 0) AS coded_elsewhere,
  l.amount_exact IS NOT NULL AS is_reported,
  coalesce(l.amount_exact, t.booked, 0) AS revenue
FROM annual_reconciled AS r
LEFT JOIN annual_turnover AS t USING (company_id, period_start, period_end)
LEFT JOIN annual_reconciled_line AS l ON l.company_id = r.company_id
  AND l.period_start = r.period_start AND l.period_end = r.period_end
  AND l.field = 'fsa:Revenue' AND l.subject = '';

-- The parts come to the difference: (booked_uncoded - coded_elsewhere) + (revenue - booked).
CREATE OR REPLACE TEMP VIEW reconciled_annual_turnover AS
SELECT company_id, period_start, period_end, 'reconciliation-annual-turnover' AS rule,
  'net turnover' AS subject,
  CASE WHEN is_reported THEN 'annual report' ELSE 'revenue accounts' END AS left_name,
  revenue AS left_amount, 'sales under VAT codes' AS right_name, coded AS right_amount,
  abs(revenue - coded) <= 1 AS is_within_tolerance
FROM annual_revenue
UNION ALL
SELECT company_id, period_start, period_end, 'reconciliation-annual-turnover-part',
  'turnover without a sales VAT code', 'revenue accounts', booked_uncoded,
  'VAT codes', 0, booked_uncoded = 0
FROM annual_revenue
UNION ALL
SELECT company_id, period_start, period_end, 'reconciliation-annual-turnover-part',
  'other sales under VAT codes', 'net turnover', 0, 'VAT codes', coded_elsewhere,
  coded_elsewhere = 0
FROM annual_revenue
UNION ALL
SELECT company_id, period_start, period_end, 'reconciliation-annual-turnover-part',
  'year-end entries outside the books', 'annual report', revenue, 'revenue accounts', booked,
  abs(revenue - booked) <= 1
FROM annual_revenue WHERE is_reported;

-- What the year's VAT returns say that was sold: VAT at 25 %, and the boxes of sales without it.
-- Only where they cover the whole year. VAT is rounded line by line: a thousandth is allowed.
CREATE OR REPLACE TEMP VIEW reconciled_annual_returns AS
WITH covered AS (
  SELECT r.company_id, r.period_start, r.period_end
  FROM annual_reconciled AS r
  JOIN stored_return AS v ON v.company_id = r.company_id
    AND v.period_start >= r.period_start AND v.period_end <= r.period_end
  GROUP BY ALL
  HAVING sum(v.period_end - v.period_start + 1) = any_value(r.period_end - r.period_start + 1)
), said AS (
  SELECT c.company_id, c.period_start, c.period_end,
    sum(CASE l.field WHEN 'MomsAngivelseSalgsMomsBeloeb' THEN 4 * l.amount_exact
      WHEN 'MomsAngivelseEUSalgBeloebVarerBeloeb' THEN l.amount_exact
      WHEN 'MomsAngivelseIkkeEUSalgBeloebVarerBeloeb' THEN l.amount_exact
      WHEN 'MomsAngivelseEUSalgYdelseBeloeb' THEN l.amount_exact
      WHEN 'MomsAngivelseEksportOmsaetningBeloeb' THEN l.amount_exact ELSE 0 END) AS amount
  FROM covered AS c
  JOIN stored_return_line AS l ON l.company_id = c.company_id
    AND l.period_start >= c.period_start AND l.period_end <= c.period_end
  GROUP BY ALL
)
SELECT s.company_id, s.period_start, s.period_end, 'reconciliation-annual-returns' AS rule,
  'net turnover' AS subject,
  CASE WHEN r.is_reported THEN 'annual report' ELSE 'revenue accounts' END AS left_name,
  r.revenue AS left_amount, 'VAT returns of the year' AS right_name, s.amount AS right_amount,
  abs(r.revenue - s.amount) <= greatest(10, abs(r.revenue) / 1000) AS is_within_tolerance
FROM said AS s
JOIN annual_revenue AS r USING (company_id, period_start, period_end);

-- Equity opens with what last year's report closed with, where that report was read back.
CREATE OR REPLACE TEMP VIEW reconciled_annual_opening AS
SELECT o.company_id, o.period_start, o.period_end, 'reconciliation-annual-opening' AS rule,
  o.field || CASE WHEN o.subject = 'opening' THEN ''
    ELSE ' ' || substr(o.subject, strpos(o.subject, 'component=') + 10) END AS subject,
  'ledger' AS left_name, o.amount_exact AS left_amount,
  'last year''s report' AS right_name, CAST(o.amount AS DECIMAL(18,2)) AS right_amount,
  abs(o.amount_exact - o.amount) <= 1 AS is_within_tolerance
FROM annual_reconciled_line AS o
WHERE o.field = 'fsa:Equity' AND (o.subject = 'opening' OR starts_with(o.subject, 'opening;'))
  AND EXISTS (
    SELECT 1 FROM annual_reconciled_line AS p
    WHERE p.company_id = o.company_id AND p.period_start = o.period_start
      AND p.subject = 'previous' AND p.origin = 'filed'
  );

INSERT INTO out_reconciliation
SELECT company_id, 'annual_report', period_start, period_end, rule, subject, left_name,
  CAST(left_amount AS DECIMAL(18,2)), right_name, CAST(right_amount AS DECIMAL(18,2)),
  CAST(left_amount AS DECIMAL(18,2)) - CAST(right_amount AS DECIMAL(18,2)), is_within_tolerance
FROM (
  FROM reconciled_annual_turnover UNION ALL FROM reconciled_annual_returns
  UNION ALL FROM reconciled_annual_opening
)
ORDER BY company_id, period_start, period_end, rule, subject;
