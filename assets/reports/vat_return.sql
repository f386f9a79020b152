-- From tax lines and postings to the seventeen fields of the VAT return.
-- Reads report_due, report_field and tax_line_use; makes report_contribution and adds to
-- report_problem.

-- One row per standard VAT code and part of it that goes to a field.
-- The ledger holds debits positive: what is sold and owed is credited, so it turns its
-- sign; what is bought and deducted is debited and keeps it.
CREATE OR REPLACE TEMP TABLE vat_route AS
WITH leg AS (
  SELECT *, 'base' AS part, base_field AS leg_field,
         CASE WHEN starts_with(coalesce(nullif(alias_of, ''), vat_code), 'S')
              THEN -1 ELSE 1 END AS sign
  FROM standard_vat_code
  UNION ALL SELECT *, 'output', output_field, -1 FROM standard_vat_code
  UNION ALL SELECT *, 'input', input_field, 1 FROM standard_vat_code
)
SELECT leg.vat_code, leg.part, f.field_no, leg.sign,
       leg.valid_from, coalesce(leg.valid_to, DATE '9999-12-31') AS valid_to
FROM leg JOIN report_field f ON f.field = leg.leg_field;

-- Postings on the accounts of the six energy and water duties. The voucher that settles
-- VAT moves these balances to the settlement account: that is no consumption. A voucher with
-- a base is a purchase, though its VAT may stand on one account of all VAT (as in Xero).
CREATE OR REPLACE TEMP TABLE duty_posting AS
WITH moved AS (
  SELECT d.report_no, f.field_no, p.company_id, p.voucher_id, p.line_id, p.amount
  FROM posting p
  JOIN standard_account a ON a.account_code = p.standard_account_code
  JOIN report_field f ON f.field = a.vat_role
  JOIN report_due d
    ON d.company_id = p.company_id AND p.posting_date BETWEEN d.period_start AND d.period_end
  WHERE p.posting_date BETWEEN getvariable('first_day') AND getvariable('last_day')
),
settlement AS (
  SELECT DISTINCT p.company_id, p.voucher_id
  FROM posting p
  JOIN standard_account a ON a.account_code = p.standard_account_code
  ANTI JOIN (SELECT company_id, voucher_id FROM tax_line WHERE source_part = 'base')
    USING (company_id, voucher_id)
  WHERE a.vat_role = 'settlement'
    AND p.posting_date BETWEEN getvariable('first_day') AND getvariable('last_day')
)
SELECT report_no, field_no, voucher_id, line_id, amount
FROM moved ANTI JOIN settlement USING (company_id, voucher_id);

CREATE OR REPLACE TEMP TABLE report_contribution AS
SELECT d.report_no, '' AS subject, r.field_no, t.voucher_id, t.line_id, t.seq,
       CAST(r.sign * t.amount AS DECIMAL(18,2)) AS amount
FROM tax_line t
JOIN report_due d
  ON d.company_id = t.company_id AND t.posting_date BETWEEN d.period_start AND d.period_end
JOIN vat_route r
  ON r.vat_code = t.standard_vat_code AND r.part = t.part
 AND t.posting_date BETWEEN r.valid_from AND r.valid_to
WHERE t.posting_date BETWEEN getvariable('first_day') AND getvariable('last_day')
UNION ALL
SELECT report_no, '', field_no, voucher_id, line_id, CAST(0 AS SMALLINT), amount
FROM duty_posting;

-- VAT on a leg that its code has no field for would vanish from the return. One Stop Shop
-- codes (zero-rated sales without a rate) carry another country's VAT, reported elsewhere.
INSERT INTO report_problem
SELECT u.report_no,
       'VAT code ' || string_agg(DISTINCT u.vat_code, ', ' ORDER BY u.vat_code)
         || ' with VAT (' || u.part || ') that its standard VAT code has no field for'
FROM tax_line_use u
JOIN standard_vat_code s ON s.vat_code = u.standard_vat_code
WHERE u.is_nonzero
  AND s.treatment <> 'outside'
  AND NOT (s.treatment = 'sale_zero' AND s.rate IS NULL)
  AND ((u.part = 'output' AND s.output_field = '') OR (u.part = 'input' AND s.input_field = ''))
GROUP BY u.report_no, u.part;
