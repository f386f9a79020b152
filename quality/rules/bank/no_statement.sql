-- Days of the period that no statement covers, of an account that has statements.
SELECT company_id, bank_account AS place,
  'Bank account ' || bank_account || ' (account ' || account_code || ') has '
    || CASE WHEN months IS NULL THEN '' ELSE 'no statement for ' || months END
    || CASE WHEN months IS NOT NULL AND is_tail THEN ' and ' ELSE '' END
    || CASE WHEN is_tail THEN 'none after ' || last_day || ', while the period ends on '
         || period_end ELSE '' END || '.'
    || CASE WHEN due_date IS NULL THEN '' ELSE ' Bookkeeping Act § 11 asks for it to be reconciled by '
         || due_date || '.' END AS message,
  'Fetch the statements from the bank, put them beside the others, then run `indberet pull`.'
    AS remedy,
  NULL AS voucher_id, NULL AS line_id,
  'statements to ' || period_end AS expected, 'statements to ' || last_day AS found
FROM bank_missing WHERE is_strict = getvariable('bank_strict')
