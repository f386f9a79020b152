-- Books with turnover or costs but not a single VAT code make a return of zeros. Some sources
-- carry no VAT codes (SIE, and others until they are told which account has which): that is
-- found here, before the zeros are taken for an answer.
WITH booked AS (
  SELECT p.company_id, count(*) AS postings
  FROM checked_posting AS p
  JOIN ledger_account AS a USING (company_id, account_code)
  LEFT JOIN standard_account AS s ON s.account_code = a.standard_account_code
  WHERE coalesce(a.kind, s.kind) IN ('revenue', 'expense') AND p.amount <> 0
  GROUP BY p.company_id
)
SELECT c.company_id,
  'company ' || c.company_id AS place,
  'The books have no VAT code at all, but ' || counted(b.postings, 'posting')
    || ' on accounts of income and costs in the period: every field of the return would be 0.'
    AS message,
  'Tell the connection which VAT codes the postings carry (for SIE `vat_accounts`; see the page '
    || 'of the source), then run `indberet pull`.' AS remedy,
  NULL AS voucher_id, NULL AS line_id, 'VAT codes' AS expected, 'none' AS found
FROM checked_company AS c
JOIN booked AS b USING (company_id)
ANTI JOIN vat_code AS v USING (company_id)
ANTI JOIN checked_tax_line AS t USING (company_id)
WHERE c.company_id IN (SELECT company_id FROM checked_due WHERE frequency <> 'none')
