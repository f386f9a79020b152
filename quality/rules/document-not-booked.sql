-- An invoice of the period is booked, and a sale of the period in the period.
SELECT d.company_id,
  d.kind || ' ' || d.number AS place,
  upper(left(d.kind, 1)) || substr(d.kind, 2) || ' ' || d.number
    || coalesce(CASE WHEN d.is_sale THEN ' to ' ELSE ' from ' END || d.party_name, '') || ' of '
    || money_text(d.total) || ' ' || d.currency || ' dated ' || CAST(d.document_date AS VARCHAR)
    || CASE WHEN m.voucher_id IS NULL THEN ' is not booked: no voucher carries its number.'
       ELSE ' is booked only on ' || CAST(m.posting_date AS VARCHAR) || ', after the period, as '
         || 'voucher ' || m.voucher_number || ' (' || m.where_found || ').' END AS message,
  CASE WHEN m.voucher_id IS NULL THEN 'Book it, or put its number on the voucher that books it'
    ELSE 'Date the voucher by the invoice if its VAT belongs to the period' END
    || ', then run `indberet pull`.' AS remedy,
  m.voucher_id, NULL AS line_id, d.number AS expected,
  CAST(m.posting_date AS VARCHAR) AS found
FROM checked_document AS d
JOIN checked_company AS c USING (company_id)
LEFT JOIN document_match AS m USING (company_id, document_id)
WHERE m.voucher_id IS NULL OR (d.is_sale AND m.posting_date > c.period_end)
