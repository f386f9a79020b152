-- Per code over the period: VAT posted against base × rate (× deductible share),
-- beyond the rounding of its lines. Over 500 and over a tenth is `vat-rate-wrong`;
-- reverse charge is `reverse-charge-unpaired`.
WITH leg AS (
  SELECT company_id, vat_code, standard_vat_code, base, tolerance, 'output' AS leg,
    -output AS posted, -expected_output AS expected FROM recomputed_code
  UNION ALL
  SELECT company_id, vat_code, standard_vat_code, base, tolerance, 'input', input, expected_input
  FROM recomputed_code
)
SELECT l.company_id,
  'VAT code ' || l.vat_code AS place,
  'VAT code ' || code_text(l.vat_code, l.standard_vat_code) || ': ' || l.leg || ' VAT of '
    || money_text(l.posted) || ' ' || c.base_currency || ' is posted in the period, but '
    || money_text(l.expected) || ' follows from the base of ' || money_text(abs(l.base))
    || ': ' || money_text(abs(l.posted - l.expected)) || ' '
    || CASE WHEN l.posted > l.expected THEN 'too much' ELSE 'too little' END || '.' AS message,
  'Look at the vouchers named under this code and correct base or VAT in the bookkeeping system.'
    AS remedy,
  NULL AS voucher_id, NULL AS line_id,
  CAST(CAST(l.expected AS DECIMAL(18,2)) AS VARCHAR) AS expected,
  CAST(l.posted AS VARCHAR) AS found
FROM leg AS l JOIN checked_company AS c USING (company_id)
WHERE abs(l.posted - l.expected) > l.tolerance AND NOT (abs(l.posted - l.expected) > l.tolerance + 500
    AND abs(l.posted - l.expected) > 0.1 * abs(l.expected))
