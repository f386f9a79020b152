-- A sale on the EU sales list names its buyer's VAT number.
SELECT l.company_id,
  line_place(v.voucher_number, p.line_no, v.where_found) AS place,
  'Voucher ' || v.voucher_number || ', line ' || p.line_no || ': EU sale of '
    || money_text(-l.amount) || ' ' || c.base_currency || ' (VAT code ' || l.vat_code || ') to '
    || CASE WHEN l.party_id IS NULL THEN 'no customer'
         WHEN b.party_id IS NULL THEN 'customer ' || l.party_id || ', who is not in the register,'
         ELSE 'customer ' || l.party_id || ' (' || b.name || '), who has no VAT number,' END
    || ' cannot be listed (' || v.where_found || ').' AS message,
  'Give the customer its EU VAT number in the bookkeeping system, then run `indberet pull`.'
    AS remedy,
  l.voucher_id, l.line_id, 'an EU VAT number' AS expected, 'none' AS found
FROM checked_tax_line AS l
JOIN checked_code AS s ON s.vat_code = l.standard_vat_code AND s.list_column <> ''
LEFT JOIN party AS b USING (company_id, party_id)
JOIN checked_company AS c USING (company_id)
JOIN checked_voucher AS v USING (company_id, voucher_id)
JOIN checked_posting AS p USING (company_id, voucher_id, line_id)
WHERE l.part = 'base' AND l.amount <> 0 AND coalesce(trim(b.vat_number), '') = ''
