-- Bank and books differ, and open entries and postings say why.
SELECT company_id,
  'account ' || account_code || ', ' || period_end AS place,
  'Account ' || account_code || ' (' || bank_account || ') is not reconciled: on ' || period_end
    || ' the bank states ' || money_text(bank_balance) || ' ' || currency || ', the books '
    || money_text(ledger_balance) || '. '
    || CASE open_entries WHEN 0 THEN '' ELSE open_entries || ' unmatched bank '
         || CASE open_entries WHEN 1 THEN 'entry' ELSE 'entries' END || ' of '
         || money_text(open_entry_amount) || CASE WHEN open_postings = 0 THEN '' ELSE ' and ' END END
    || CASE open_postings WHEN 0 THEN '' ELSE counted(open_postings, 'unmatched posting') || ' of '
         || money_text(open_posting_amount) END
    || CASE WHEN open_entries + open_postings = 1 THEN ' is' ELSE ' are' END || ' open.'
    || CASE WHEN due_date IS NULL THEN '' ELSE ' Bookkeeping Act § 11 asks for it by '
         || due_date || '.' END AS message,
  'Each is named; `indberet bank` lists them. Mend them in the bookkeeping system, then run '
    || '`indberet pull`.' AS remedy,
  NULL AS voucher_id, NULL AS line_id,
  CAST(bank_balance AS VARCHAR) AS expected, CAST(ledger_balance AS VARCHAR) AS found
FROM bank_result
WHERE is_known AND unexplained = 0 AND open_entries + stale_postings > 0
  AND is_strict = getvariable('bank_strict')
