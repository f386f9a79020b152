-- Accounts in use are mapped; one finding per company, since most of them do not
-- touch a VAT field (those that do are `account-unmapped`). A duty account among
-- them would be missing from the return, so the accounts are named.
WITH unmapped AS (
  SELECT p.company_id, p.account_code, count(*) AS postings
  FROM checked_posting AS p
  JOIN ledger_account AS a USING (company_id, account_code)
  WHERE a.standard_account_code IS NULL
  GROUP BY p.company_id, p.account_code
), named AS (
  SELECT company_id, count(*) AS accounts, sum(postings) AS postings,
    list(account_code ORDER BY account_code) AS codes
  FROM unmapped GROUP BY company_id
)
SELECT company_id,
  'chart of accounts' AS place,
  counted(accounts, 'account') || ' with ' || counted(postings, 'posting')
    || ' in the period ' || CASE WHEN accounts = 1 THEN 'is' ELSE 'are' END
    || ' not mapped to the standard chart: ' || array_to_string(codes[1:10], ', ')
    || CASE WHEN accounts > 10 THEN ' and ' || (accounts - 10) || ' more' ELSE '' END
    || '. Postings on a VAT or duty account among them are not seen as such.' AS message,
  'Map them to standard accounts; `indberet connect` suggests rows to accept.' AS remedy,
  NULL AS voucher_id, NULL AS line_id, '0' AS expected, CAST(accounts AS VARCHAR) AS found
FROM named
