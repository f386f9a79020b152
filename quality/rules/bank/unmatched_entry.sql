-- What the bank booked and the books do not have.
SELECT e.company_id,
  e.bank_account || ', ' || e.day || ' (' || e.where_found || ')' AS place,
  'The bank booked ' || money_text(e.amount) || ' ' || e.currency || ' on ' || e.day
    || CASE WHEN e.text = '' THEN '' ELSE ' (' || e.text || ')' END || ', but no posting on account '
    || e.account_code || ' answers to it.' AS message,
  'Book it in the bookkeeping system, or correct the amount or the date of its posting, then run '
    || '`indberet pull`.' AS remedy,
  NULL AS voucher_id, NULL AS line_id,
  'a posting of ' || CAST(e.amount AS VARCHAR) AS expected, 'none' AS found
FROM bank_open_entry AS e
JOIN bank_result AS r USING (company_id, account_code)
WHERE r.is_known AND e.is_strict = getvariable('bank_strict')
