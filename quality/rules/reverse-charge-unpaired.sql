-- Where the buyer owes the VAT, a voucher carries base, VAT owed and, as far as it is
-- deductible, VAT deducted. A missing or unequal leg puts the whole VAT into the total.
WITH unpaired AS (
  SELECT *,
    CASE
      WHEN base_lines = 0 THEN 'no base'
      WHEN abs(output_off) > tolerance AND output_lines = 0 THEN 'no VAT owed'
      WHEN abs(input_off) > tolerance AND input_lines = 0 THEN 'no VAT deducted'
      WHEN abs(output_off) > tolerance THEN 'VAT owed that does not follow from the base'
      ELSE 'VAT deducted that does not follow from the base'
    END AS defect
  FROM vat_off WHERE treatment = 'reverse_charge'
), rate AS (
  SELECT p.company_id, p.voucher_id, max(abs(p.amount / p.amount_currency)) AS rate
  FROM checked_posting AS p SEMI JOIN unpaired USING (company_id, voucher_id)
  WHERE p.amount_currency <> 0
  GROUP BY p.company_id, p.voucher_id
)
SELECT u.company_id,
  voucher_place(v.voucher_number, v.where_found) AS place,
  'Voucher ' || v.voucher_number || ', VAT code '
    || code_text(u.vat_code, u.standard_vat_code) || ', reverse charge, has ' || u.defect || ': base ' || money_text(u.base) || ', VAT owed '
    || money_text(-u.output) || ' (expected ' || money_text(-u.expected_output)
    || '), VAT deducted ' || money_text(u.input) || ' (expected ' || money_text(u.expected_input)
    || ') ' || c.base_currency || ' (' || v.where_found || ').' AS message,
  'Post both legs of the reverse charge in the bookkeeping system, then run `indberet pull`.'
    AS remedy,
  u.voucher_id, NULL AS line_id,
  money_text(-u.expected_output) || ' / ' || money_text(u.expected_input) AS expected,
  money_text(-u.output) || ' / ' || money_text(u.input) AS found
FROM unpaired AS u
JOIN checked_company AS c USING (company_id)
JOIN checked_voucher AS v USING (company_id, voucher_id)
LEFT JOIN rate AS r ON r.company_id = u.company_id AND r.voucher_id = u.voucher_id
WHERE greatest(abs(u.output_off), abs(u.input_off)) > u.tolerance * greatest(coalesce(r.rate, 1), 1)
