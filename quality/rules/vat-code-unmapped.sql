-- A VAT code in use is mapped to a standard VAT code: what is not goes to no field.
WITH unmapped AS (
  SELECT company_id, vat_code, count(*) AS tax_lines, sum(amount) AS amount,
    min_by(voucher_id, (posting_date, voucher_id)) AS voucher_id
  FROM checked_tax_line
  WHERE standard_vat_code IS NULL
  GROUP BY company_id, vat_code
)
SELECT u.company_id,
  'VAT code ' || u.vat_code AS place,
  'VAT code ' || u.vat_code || coalesce(' (' || k.name || ')', '')
    || ' is not mapped to a standard VAT code, so ' || counted(u.tax_lines, 'tax line')
    || ' of ' || money_text(u.amount) || ' ' || c.base_currency
    || ' would be in no field of the return, first voucher ' || v.voucher_number
    || ' (' || v.where_found || ').' AS message,
  'Map VAT code ' || u.vat_code || ' to a standard VAT code; `indberet connect` suggests one.'
    AS remedy,
  u.voucher_id, NULL AS line_id,
  'a standard VAT code' AS expected, u.vat_code AS found
FROM unmapped AS u
JOIN checked_company AS c USING (company_id)
JOIN checked_voucher AS v USING (company_id, voucher_id)
LEFT JOIN vat_code AS k ON k.company_id = u.company_id AND k.vat_code = u.vat_code
