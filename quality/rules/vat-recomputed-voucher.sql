-- Per voucher and code: VAT posted against base × rate (× deductible share). A
-- voucher in foreign currency may be off by one unit's hundredth per line, times its
-- rate. Reverse charge without its legs is `reverse-charge-unpaired`.
WITH off AS (
  SELECT * FROM vat_off WHERE treatment <> 'reverse_charge'
), rate AS (
  SELECT p.company_id, p.voucher_id, max(abs(p.amount / p.amount_currency)) AS rate
  FROM checked_posting AS p SEMI JOIN off USING (company_id, voucher_id)
  WHERE p.amount_currency <> 0
  GROUP BY p.company_id, p.voucher_id
), leg AS (
  SELECT o.*, CASE WHEN abs(output_off) > abs(input_off) THEN 'output' ELSE 'input' END AS leg,
    CASE WHEN abs(output_off) > abs(input_off) THEN -output ELSE input END AS posted,
    CASE WHEN abs(output_off) > abs(input_off) THEN -expected_output ELSE expected_input END
      AS wanted
  FROM off AS o LEFT JOIN rate AS r USING (company_id, voucher_id)
  WHERE greatest(abs(output_off), abs(input_off)) > tolerance * greatest(coalesce(r.rate, 1), 1)
)
SELECT l.company_id,
  voucher_place(v.voucher_number, v.where_found) AS place,
  'Voucher ' || v.voucher_number || ', VAT code ' || l.vat_code || ': ' || l.leg || ' VAT of '
    || money_text(l.posted) || ' ' || c.base_currency || ' is posted, but '
    || money_text(l.wanted) || ' follows from the base of ' || money_text(abs(l.base))
    || ' (' || v.where_found || ').' AS message,
  'Correct base, VAT or code in the bookkeeping system, then run `indberet pull`; leave it if the '
    || 'amount is meant.' AS remedy,
  l.voucher_id, NULL AS line_id,
  CAST(CAST(l.wanted AS DECIMAL(18,2)) AS VARCHAR) AS expected, CAST(l.posted AS VARCHAR) AS found
FROM leg AS l
JOIN checked_company AS c USING (company_id)
JOIN checked_voucher AS v USING (company_id, voucher_id)
