-- Every VAT code on a posting is one of the company's VAT codes.
WITH unknown AS (
  SELECT company_id, vat_code FROM (
    SELECT DISTINCT company_id, vat_code FROM checked_posting WHERE vat_code IS NOT NULL
    UNION
    SELECT DISTINCT company_id, vat_code FROM checked_tax_line)
  ANTI JOIN vat_code USING (company_id, vat_code)
), line AS (
  SELECT company_id, vat_code, voucher_id, line_id, posting_date, amount
  FROM checked_posting SEMI JOIN unknown USING (company_id, vat_code)
  UNION
  SELECT company_id, vat_code, voucher_id, line_id, posting_date, amount
  FROM checked_tax_line SEMI JOIN unknown USING (company_id, vat_code)
), used AS (
  SELECT company_id, vat_code, count(*) AS uses, sum(amount) AS amount,
    min_by(voucher_id, (posting_date, voucher_id)) AS voucher_id
  FROM line GROUP BY company_id, vat_code
)
SELECT u.company_id,
  'VAT code ' || u.vat_code AS place,
  'VAT code ' || u.vat_code || ' is not among the company''s VAT codes, but '
    || counted(u.uses, 'line') || ' of ' || money_text(u.amount) || ' ' || c.base_currency
    || ' in the period ' || CASE WHEN u.uses = 1 THEN 'carries' ELSE 'carry' END
    || ' it, first voucher ' || v.voucher_number || ' (' || v.where_found || ').' AS message,
  'Add VAT code ' || u.vat_code || ' in the bookkeeping system or correct the postings, '
    || 'then run `indberet pull`.' AS remedy,
  u.voucher_id, NULL AS line_id,
  'one of the company''s VAT codes' AS expected, u.vat_code AS found
FROM used AS u
JOIN checked_company AS c USING (company_id)
JOIN checked_voucher AS v USING (company_id, voucher_id)
