-- Bank and books differ by what no entry and no posting explains.
SELECT company_id,
  'account ' || account_code || ', ' || period_end AS place,
  'Account ' || account_code || ' (' || bank_account || ') is not reconciled: on ' || period_end
    || ' the bank states ' || money_text(bank_balance) || ' ' || currency || ', the books '
    || money_text(ledger_balance) || '. Of the difference of ' || money_text(difference) || ', '
    || money_text(difference - unexplained) || ' is unmatched or under way; '
    || money_text(unexplained) || ' has no explanation.'
    || CASE WHEN due_date IS NULL THEN '' ELSE ' Bookkeeping Act § 11 asks for it by '
         || due_date || '.' END AS message,
  'A statement is missing, or the books began ' || first_day || ' with another balance than the '
    || 'bank states. Put every statement in place and compare the balances of that day.' AS remedy,
  NULL AS voucher_id, NULL AS line_id,
  CAST(bank_balance AS VARCHAR) AS expected, CAST(ledger_balance AS VARCHAR) AS found
FROM bank_result
WHERE is_known AND unexplained <> 0 AND is_strict = getvariable('bank_strict')
