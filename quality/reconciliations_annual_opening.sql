-- Line by line: what the balance sheet opened with in the books against last year's filing.
-- Reads annual_reconciled_line, annual_line_posting (report_line_posting of the annual reports),
-- annual_account and annual_line; adds to out_reconciliation. Lines between which an account may
-- change its side (a bank account overdrawn, VAT to get back) are compared together.

CREATE OR REPLACE TEMP TABLE annual_together AS
WITH mapped AS (
  SELECT nullif(concept_nature, '') AS own, nullif(balance_current_concept, '') AS current_own,
    nullif(when_debit, '') AS when_debit, nullif(when_credit, '') AS when_credit,
    nullif(when_debit_current, '') AS debit_current,
    nullif(when_credit_current, '') AS credit_current
  FROM annual_account WHERE balance_current_concept <> '' AND equity_component = ''
), named AS (
  SELECT unnest([own, when_debit, when_credit]) AS concept, least(own, when_debit, when_credit)
    AS together FROM mapped
  UNION ALL
  SELECT unnest([current_own, debit_current, credit_current]),
    least(current_own, debit_current, credit_current) FROM mapped
)
SELECT n.concept, min(n.together) AS together,
  any_value(CASE l.balance WHEN 'debit' THEN 1 ELSE -1 END) AS sign
FROM named AS n JOIN (SELECT DISTINCT concept, balance FROM annual_line) AS l USING (concept)
GROUP BY n.concept;

INSERT INTO out_reconciliation
WITH filed AS (
  SELECT l.company_id, l.period_start, l.period_end, t.together,
    sum(t.sign * l.amount) AS amount, bool_and(l.origin = 'filed') AS is_filed,
    string_agg(l.field, ' + ' ORDER BY l.field) AS fields
  FROM annual_reconciled_line AS l JOIN annual_together AS t ON t.concept = l.field
  WHERE l.subject = 'previous' GROUP BY ALL
), booked AS (
  SELECT p.company_id, p.period_start, p.period_end, t.together,
    sum(t.sign * p.amount) AS amount, string_agg(DISTINCT p.field, ' + ' ORDER BY p.field) AS fields
  FROM annual_line_posting AS p JOIN annual_together AS t ON t.concept = p.field
  WHERE p.subject = '' AND starts_with(p.voucher_id, 'opening:')
  GROUP BY ALL
)
SELECT company_id, 'annual_report', period_start, period_end, 'reconciliation-annual-opening-line',
  coalesce(f.fields, b.fields), 'ledger, opening', CAST(coalesce(b.amount, 0) AS DECIMAL(18,2)),
  'last year''s report', CAST(coalesce(f.amount, 0) AS DECIMAL(18,2)),
  CAST(coalesce(b.amount, 0) AS DECIMAL(18,2)) - CAST(coalesce(f.amount, 0) AS DECIMAL(18,2)),
  abs(coalesce(b.amount, 0) - coalesce(f.amount, 0)) <= 1
FROM filed AS f FULL JOIN booked AS b USING (company_id, period_start, period_end, together)
SEMI JOIN (
  SELECT company_id, period_start FROM annual_reconciled_line
  WHERE subject = 'previous' AND origin = 'filed'
) AS known USING (company_id, period_start)
WHERE coalesce(f.is_filed, true)
ORDER BY ALL;
