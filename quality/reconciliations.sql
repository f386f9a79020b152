-- A finished report against the ledger and against the other report.
-- Reads checked_* (rules/prepare.sql), reconciled_report and reconciled_line; makes
-- out_reconciliation. Amounts are exact, signed as reported. Tolerance: one krone.

-- Movements on the VAT and duty accounts by role, without vouchers that settle VAT: those
-- that touch the settlement account and have no base. Where documents post their VAT there,
-- one account holds all VAT (as in Xero): then the total alone can be compared.
CREATE OR REPLACE TEMP TABLE vat_account_movement AS
WITH on_role AS (
  SELECT r.company_id, r.period_start, r.period_end, p.voucher_id, p.amount, a.vat_role
  FROM posting AS p
  JOIN checked_vat_account AS a USING (company_id, account_code)
  JOIN reconciled_report AS r ON r.company_id = p.company_id AND r.report_type = 'vat_return'
    AND p.posting_date BETWEEN r.period_start AND r.period_end
  WHERE p.posting_date BETWEEN getvariable('checked_start') AND getvariable('checked_end')
), settling AS (
  SELECT DISTINCT company_id, voucher_id FROM on_role
  ANTI JOIN (SELECT company_id, voucher_id FROM tax_line WHERE source_part = 'base')
    USING (company_id, voucher_id)
  WHERE vat_role = 'settlement'
)
SELECT company_id, period_start, period_end, vat_role, sum(amount) AS amount
FROM on_role ANTI JOIN settling USING (company_id, voucher_id)
GROUP BY ALL;

CREATE OR REPLACE TEMP VIEW vat_on_one_account AS
SELECT company_id, period_start, period_end, -amount AS owed
FROM vat_account_movement WHERE vat_role = 'settlement';

-- Which account role answers to which field; output roles are credits.
CREATE OR REPLACE TEMP TABLE vat_role_field AS
SELECT * FROM (VALUES
  ('output', 'MomsAngivelseSalgsMomsBeloeb', -1, 1),
  ('output_goods_abroad', 'MomsAngivelseMomsEUKoebBeloeb', -1, 1),
  ('output_services_abroad', 'MomsAngivelseMomsEUYdelserBeloeb', -1, 1),
  ('input', 'MomsAngivelseKoebsMomsBeloeb', 1, -1),
  ('MomsAngivelseOlieAfgiftBeloeb', 'MomsAngivelseOlieAfgiftBeloeb', 1, -1),
  ('MomsAngivelseElAfgiftBeloeb', 'MomsAngivelseElAfgiftBeloeb', 1, -1),
  ('MomsAngivelseGasAfgiftBeloeb', 'MomsAngivelseGasAfgiftBeloeb', 1, -1),
  ('MomsAngivelseKulAfgiftBeloeb', 'MomsAngivelseKulAfgiftBeloeb', 1, -1),
  ('MomsAngivelseVandAfgiftBeloeb', 'MomsAngivelseVandAfgiftBeloeb', 1, -1),
  ('MomsAngivelseCO2AfgiftBeloeb', 'MomsAngivelseCO2AfgiftBeloeb', 1, -1)
) AS t(vat_role, field, sign, total_sign);

-- One row per return and role that is used on either side.
CREATE OR REPLACE TEMP VIEW vat_role_amount AS
SELECT l.company_id, l.period_start, l.period_end, f.vat_role, f.field, f.total_sign,
  f.sign * coalesce(m.amount, 0) AS ledger_amount, l.amount_exact AS report_amount
FROM reconciled_line AS l
JOIN vat_role_field AS f USING (field)
LEFT JOIN vat_account_movement AS m ON m.company_id = l.company_id
  AND m.period_start = l.period_start AND m.period_end = l.period_end AND m.vat_role = f.vat_role
WHERE l.report_type = 'vat_return';

CREATE OR REPLACE TEMP VIEW reconciled_vat_account AS
SELECT company_id, period_start, period_end, 'reconciliation-vat-account' AS rule, field AS subject,
  'ledger accounts' AS left_name, ledger_amount AS left_amount,
  'return' AS right_name, report_amount AS right_amount
FROM vat_role_amount ANTI JOIN vat_on_one_account USING (company_id, period_start, period_end)
WHERE ledger_amount <> 0 OR report_amount <> 0
UNION ALL
SELECT v.company_id, v.period_start, v.period_end, 'reconciliation-vat-total',
  'MomsAngivelseAfgiftTilsvarBeloeb',
  'ledger accounts', sum(v.total_sign * v.ledger_amount) + coalesce(any_value(o.owed), 0),
  'return', sum(v.total_sign * v.report_amount)
FROM vat_role_amount AS v LEFT JOIN vat_on_one_account AS o USING (company_id, period_start, period_end)
GROUP BY v.company_id, v.period_start, v.period_end;

-- The list against fields 4 and 17, where lists cover the return's whole period.
CREATE OR REPLACE TEMP VIEW reconciled_list AS
WITH covered AS (
  SELECT r.company_id, r.period_start, r.period_end
  FROM reconciled_report AS r
  JOIN reconciled_report AS k ON k.company_id = r.company_id AND k.report_type = 'eu_sales_list'
    AND k.period_start >= r.period_start AND k.period_end <= r.period_end
  WHERE r.report_type = 'vat_return'
  GROUP BY ALL
  HAVING sum(k.period_end - k.period_start + 1) = any_value(r.period_end - r.period_start + 1)
), pair AS (
  SELECT * FROM (VALUES
    ('ListeAngivelseSalgBeloeb', 'MomsAngivelseEUSalgBeloebVarerBeloeb'),
    ('ListeAngivelseServiceBeloeb', 'MomsAngivelseEUSalgYdelseBeloeb')) AS t(list_field, field)
), listed AS (
  SELECT c.company_id, c.period_start, c.period_end, k.field, sum(k.amount_exact) AS amount
  FROM covered AS c
  JOIN reconciled_line AS k ON k.company_id = c.company_id AND k.report_type = 'eu_sales_list'
    AND k.period_start >= c.period_start AND k.period_end <= c.period_end
  GROUP BY ALL
)
SELECT c.company_id, c.period_start, c.period_end, 'reconciliation-eu-sales-list' AS rule,
  p.field AS subject, 'EU sales list' AS left_name, coalesce(k.amount, 0) AS left_amount,
  'return' AS right_name, l.amount_exact AS right_amount
FROM covered AS c
CROSS JOIN pair AS p
JOIN reconciled_line AS l ON l.company_id = c.company_id AND l.report_type = 'vat_return'
  AND l.period_start = c.period_start AND l.period_end = c.period_end AND l.field = p.field
LEFT JOIN listed AS k ON k.company_id = c.company_id AND k.period_start = c.period_start
  AND k.period_end = c.period_end AND k.field = p.list_field;

-- Turnover: bases under each sales code, and how much of them stands on revenue
-- accounts; then the revenue accounts against all that carries a code.
CREATE OR REPLACE TEMP TABLE turnover AS
WITH revenue AS (
  SELECT r.company_id, r.period_start, r.period_end, p.voucher_id, p.line_id, p.amount
  FROM posting AS p
  JOIN (
    SELECT a.company_id, a.account_code
    FROM ledger_account AS a
    LEFT JOIN (SELECT DISTINCT account_code, kind FROM standard_account) AS s
      ON s.account_code = a.standard_account_code
    WHERE coalesce(s.kind, a.kind) = 'revenue'
  ) AS a USING (company_id, account_code)
  JOIN reconciled_report AS r ON r.company_id = p.company_id AND r.report_type = 'vat_return'
    AND p.posting_date BETWEEN r.period_start AND r.period_end
  WHERE p.posting_date BETWEEN getvariable('checked_start') AND getvariable('checked_end')
), base AS (
  SELECT r.company_id, r.period_start, r.period_end, t.voucher_id, t.line_id,
    t.standard_vat_code, sum(t.amount) AS amount
  FROM tax_line AS t
  JOIN reconciled_report AS r ON r.company_id = t.company_id AND r.report_type = 'vat_return'
    AND t.posting_date BETWEEN r.period_start AND r.period_end
  WHERE t.part = 'base' AND starts_with(t.standard_vat_code, 'S')
    AND t.posting_date BETWEEN getvariable('checked_start') AND getvariable('checked_end')
  GROUP BY ALL
)
SELECT coalesce(b.company_id, v.company_id) AS company_id,
  coalesce(b.period_start, v.period_start) AS period_start,
  coalesce(b.period_end, v.period_end) AS period_end,
  b.standard_vat_code,
  -coalesce(sum(b.amount), 0) AS base_amount,
  -coalesce(sum(b.amount) FILTER (v.line_id IS NOT NULL), 0) AS base_on_revenue,
  -coalesce(sum(v.amount), 0) AS revenue_amount
FROM base AS b
FULL JOIN revenue AS v USING (company_id, voucher_id, line_id, period_start, period_end)
GROUP BY ALL;

CREATE OR REPLACE TEMP VIEW reconciled_turnover AS
SELECT company_id, period_start, period_end, 'reconciliation-turnover-code' AS rule,
  standard_vat_code AS subject, 'base under the code' AS left_name, base_amount AS left_amount,
  'of it on revenue accounts' AS right_name, base_on_revenue AS right_amount
FROM turnover WHERE standard_vat_code IS NOT NULL
UNION ALL
SELECT company_id, period_start, period_end, 'reconciliation-turnover', 'turnover',
  'revenue accounts', sum(revenue_amount), 'of it under sales VAT codes',
  coalesce(sum(revenue_amount) FILTER (standard_vat_code IS NOT NULL), 0)
FROM turnover GROUP BY company_id, period_start, period_end;

-- A quarter of what was bought in the EU is VAT owed on it; VAT owed on purchases from
-- other countries stands in the same fields, so these may be larger.
CREATE OR REPLACE TEMP VIEW reconciled_abroad AS
WITH pair AS (
  SELECT * FROM (VALUES
    ('MomsAngivelseEUKoebBeloeb', 'MomsAngivelseMomsEUKoebBeloeb'),
    ('MomsAngivelseEUKoebYdelseBeloeb', 'MomsAngivelseMomsEUYdelserBeloeb')) AS t(base, vat)
)
SELECT b.company_id, b.period_start, b.period_end, 'reconciliation-bought-abroad' AS rule,
  p.base AS subject, '25 % of ' || p.base AS left_name, b.amount_exact / 4 AS left_amount,
  p.vat AS right_name, v.amount_exact AS right_amount
FROM pair AS p
JOIN reconciled_line AS b ON b.field = p.base
JOIN reconciled_line AS v ON v.field = p.vat AND v.company_id = b.company_id
  AND v.period_start = b.period_start AND v.period_end = b.period_end
WHERE b.amount_exact <> 0;

INSERT INTO out_reconciliation
SELECT company_id, 'vat_return', period_start, period_end, rule, subject, left_name,
  CAST(left_amount AS DECIMAL(18,2)), right_name, CAST(right_amount AS DECIMAL(18,2)),
  CAST(left_amount AS DECIMAL(18,2)) - CAST(right_amount AS DECIMAL(18,2)),
  CASE rule WHEN 'reconciliation-bought-abroad' THEN left_amount - right_amount <= 1
    ELSE abs(left_amount - right_amount) <= 1 END
FROM (
  FROM reconciled_vat_account UNION ALL FROM reconciled_list
  UNION ALL FROM reconciled_turnover UNION ALL FROM reconciled_abroad
)
ORDER BY company_id, period_start, period_end, rule, subject;
