-- A bank account stands on a ledger account that is not there.
SELECT company_id, bank_account AS place,
  'Bank account ' || bank_account || ' stands on account ' || account_code || ', which is neither in '
    || 'the chart nor used by any posting, so it is not reconciled.' AS message,
  'Correct `accounts` of the connection in indberet.toml, then run `indberet pull`.' AS remedy,
  NULL AS voucher_id, NULL AS line_id, 'an account of the chart' AS expected,
  account_code AS found
FROM bank_result WHERE NOT is_known AND is_strict = getvariable('bank_strict')
