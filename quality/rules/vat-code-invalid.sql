-- A mapping points at a standard VAT code that exists and is valid on the day.
WITH used AS (
  SELECT company_id, vat_code, standard_vat_code, posting_date,
    count(*) AS tax_lines, sum(amount) AS amount
  FROM checked_tax_line
  WHERE standard_vat_code IS NOT NULL
  GROUP BY ALL
), wrong AS (
  SELECT u.company_id, u.vat_code, u.standard_vat_code,
    sum(u.tax_lines) AS tax_lines, sum(u.amount) AS amount, min(u.posting_date) AS first_date
  FROM used AS u
  ANTI JOIN standard_vat_code AS s
    ON s.vat_code = u.standard_vat_code
    AND (s.valid_from IS NULL OR s.valid_from <= u.posting_date)
    AND (s.valid_to IS NULL OR s.valid_to >= u.posting_date)
  GROUP BY u.company_id, u.vat_code, u.standard_vat_code
)
SELECT w.company_id,
  'VAT code ' || w.vat_code AS place,
  'VAT code ' || w.vat_code || ' is mapped to ' || w.standard_vat_code
    || ', which is not a standard VAT code on ' || CAST(w.first_date AS VARCHAR) || '; '
    || counted(w.tax_lines, 'tax line') || ' of ' || money_text(w.amount) || ' '
    || c.base_currency || ' would be in no field of the return.' AS message,
  'Map VAT code ' || w.vat_code || ' to one of the standard VAT codes valid then.' AS remedy,
  NULL AS voucher_id, NULL AS line_id,
  'a standard VAT code' AS expected, w.standard_vat_code AS found
FROM wrong AS w JOIN checked_company AS c USING (company_id)
