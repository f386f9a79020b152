-- The number has the form and check digit of its country and is not Danish. Whether it
-- is registered today is not asked here.
WITH sold AS (
  SELECT l.company_id, l.party_id, sum(l.amount) AS amount,
    min_by(l.voucher_id, (l.posting_date, l.voucher_id)) AS voucher_id
  FROM checked_tax_line AS l
  JOIN checked_code AS s ON s.vat_code = l.standard_vat_code AND s.list_column <> ''
  WHERE l.part = 'base' AND l.amount <> 0
  GROUP BY l.company_id, l.party_id
)
SELECT o.company_id,
  'customer ' || o.party_id AS place,
  'Customer ' || o.party_id || ' (' || b.name || '): the VAT number ' || b.vat_number
    || ' is not valid: ' || k.reason || '; EU sales of ' || money_text(-o.amount) || ' '
    || c.base_currency || ' in the period name it, first voucher ' || v.voucher_number || ' ('
    || v.where_found || ').' AS message,
  'Correct the customer''s VAT number in the bookkeeping system, then run `indberet pull`.'
    AS remedy,
  o.voucher_id, NULL AS line_id, 'a valid EU VAT number' AS expected, b.vat_number AS found
FROM sold AS o
JOIN party AS b USING (company_id, party_id)
JOIN checked_number AS k ON k.kind = 'eu' AND k.number = trim(b.vat_number)
  AND k.country = coalesce(upper(b.country), '')
JOIN checked_company AS c USING (company_id)
JOIN checked_voucher AS v USING (company_id, voucher_id)
WHERE NOT k.is_valid
