-- What the books have on the account and the bank has not; not what may still come in a
-- statement that is not there yet.
SELECT p.company_id,
  line_place(v.voucher_number, p.line, v.where_found) AS place,
  'Voucher ' || v.voucher_number || ' posts ' || money_text(p.amount) || ' ' || p.currency
    || ' on account ' || p.account_code || ' on ' || p.day
    || CASE WHEN coalesce(p.text, v.text, '') = '' THEN '' ELSE ' (' || coalesce(p.text, v.text) || ')'
       END || ', but the bank has no entry that answers to it.' AS message,
  'See whether it was paid at all, or is booked twice or on the wrong account; correct it in the '
    || 'bookkeeping system, then run `indberet pull`.' AS remedy,
  p.voucher_id, p.line_id,
  'a bank entry of ' || CAST(p.amount AS VARCHAR) AS expected, 'none' AS found
FROM bank_open_posting AS p
JOIN bank_result AS r USING (company_id, account_code)
JOIN voucher AS v ON v.company_id = p.company_id AND v.voucher_id = p.voucher_id
WHERE r.is_known AND NOT p.is_early AND p.is_strict = getvariable('bank_strict')
