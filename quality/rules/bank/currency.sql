-- An account that cannot be compared: its amounts are of several currencies, or the books state
-- a balance of it in their own currency only.
SELECT company_id, 'account ' || account_code AS place,
  'Account ' || account_code || ' has bank accounts in ' || currencies || ' currencies ('
    || bank_account || '), so it is not reconciled.' AS message,
  'Give each bank account a ledger account of its own.' AS remedy,
  NULL AS voucher_id, NULL AS line_id, 'one currency' AS expected,
  CAST(currencies AS VARCHAR) AS found
FROM bank_unit WHERE currencies > 1 AND is_strict = getvariable('bank_strict')
UNION ALL
SELECT company_id, 'account ' || account_code,
  'Account ' || account_code || ' (' || bank_account || ') is in ' || currency || ', but the ledger '
    || 'states its opening balance in ' || base_currency || ' only: entries are matched, balances '
    || 'are not compared.',
  'Compare the balance on ' || period_end || ' by hand: the bank states '
    || money_text(bank_balance) || ' ' || currency || '.',
  NULL, NULL, currency, base_currency
FROM bank_result WHERE ledger_balance IS NULL AND is_strict = getvariable('bank_strict')
