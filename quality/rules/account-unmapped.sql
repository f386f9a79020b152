-- An account that carries VAT is mapped to the standard chart: without it neither
-- the duties nor the reconciliation of the VAT accounts can be made.
WITH unmapped AS (
  SELECT p.company_id, p.account_code, p.voucher_id, p.line_id, p.line_no, p.amount
  FROM checked_posting AS p
  JOIN ledger_account AS a USING (company_id, account_code)
  WHERE a.standard_account_code IS NULL
), vat AS (
  SELECT u.company_id, u.account_code, count(*) AS postings, sum(u.amount) AS amount
  FROM unmapped AS u
  SEMI JOIN (SELECT company_id, voucher_id, line_id FROM checked_tax_line
             WHERE source_part = 'tax') USING (company_id, voucher_id, line_id)
  GROUP BY u.company_id, u.account_code
)
SELECT v.company_id,
  'account ' || v.account_code AS place,
  'Account ' || v.account_code || ' (' || a.name || ') carries '
    || counted(v.postings, 'VAT posting') || ' of ' || money_text(v.amount) || ' '
    || c.base_currency || ' in the period but is not mapped to the standard chart.' AS message,
  'Map account ' || v.account_code || ' to a standard account; `indberet connect` suggests one.'
    AS remedy,
  NULL AS voucher_id, NULL AS line_id,
  'a standard account' AS expected, v.account_code AS found
FROM vat AS v
JOIN ledger_account AS a USING (company_id, account_code)
JOIN checked_company AS c USING (company_id)
