-- Every posting stands on an account of the chart.
WITH lost AS (
  SELECT p.company_id, p.account_code, p.voucher_id, p.line_id, p.line_no, p.amount
  FROM checked_posting AS p
  ANTI JOIN ledger_account AS a USING (company_id, account_code)
), first_of AS (
  SELECT company_id, account_code, count(*) AS postings, sum(amount) AS amount,
    min_by((voucher_id, line_id, line_no), (voucher_id, line_no)) AS first_line
  FROM lost GROUP BY company_id, account_code
)
SELECT f.company_id,
  line_place(v.voucher_number, f.first_line[3], v.where_found) AS place,
  'Account ' || f.account_code || ' is not in the chart of accounts, but '
    || counted(f.postings, 'posting') || ' of ' || money_text(f.amount) || ' '
    || c.base_currency || ' in the period '
    || CASE WHEN f.postings = 1 THEN 'uses' ELSE 'use' END || ' it, first voucher '
    || v.voucher_number || ', line ' || f.first_line[3] || ' (' || v.where_found || ').' AS message,
  'Add account ' || f.account_code || ' to the chart in the bookkeeping system, or include '
    || 'the chart in the export, then run `indberet pull`.' AS remedy,
  f.first_line[1] AS voucher_id, f.first_line[2] AS line_id,
  'an account of the chart' AS expected, f.account_code AS found
FROM first_of AS f
JOIN checked_company AS c USING (company_id)
JOIN checked_voucher AS v ON v.company_id = f.company_id AND v.voucher_id = f.first_line[1]
