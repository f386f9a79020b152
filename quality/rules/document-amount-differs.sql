-- The voucher that carries an invoice's number shows its total, and on its side.
SELECT d.company_id,
  d.kind || ' ' || d.number AS place,
  upper(left(d.kind, 1)) || substr(d.kind, 2) || ' ' || d.number
    || coalesce(CASE WHEN d.is_sale THEN ' to ' ELSE ' from ' END || d.party_name, '') || ' is over '
    || money_text(d.total) || ' ' || d.currency || ', but voucher ' || m.voucher_number
    || CASE WHEN m.booked IS NULL THEN ' shows no amount in ' || d.currency
         WHEN NOT m.has_amount THEN ' books ' || money_text(m.booked) || ' ' || d.currency
         WHEN d.total < 0 THEN ' books it as an invoice, not as a credit note'
         ELSE ' books it as a credit note, not as an invoice' END
    || ' (' || m.where_found || ').' AS message,
  'Correct the voucher in the bookkeeping system, or its number, then run `indberet pull`.'
    AS remedy,
  m.voucher_id, NULL AS line_id, CAST(d.total AS VARCHAR) AS expected,
  CAST(m.booked AS VARCHAR) AS found
FROM checked_document AS d
JOIN document_match AS m USING (company_id, document_id)
WHERE (m.booked IS NOT NULL AND NOT m.has_amount) OR m.is_turned
