-- Every posting date lies inside a fiscal period of the company.
WITH day AS (
  SELECT company_id, posting_date, count(*) AS vouchers,
    min_by((voucher_id, voucher_number, where_found), voucher_id) AS first_of
  FROM checked_voucher
  SEMI JOIN fiscal_period USING (company_id)
  GROUP BY company_id, posting_date
)
SELECT d.company_id,
  voucher_place(d.first_of[2], d.first_of[3]) AS place,
  'Voucher ' || d.first_of[2] || ' is posted on ' || CAST(d.posting_date AS VARCHAR)
    || ', outside every fiscal period of the company (' || d.first_of[3] || ')'
    || CASE WHEN d.vouchers > 1 THEN '; ' || counted(d.vouchers - 1, 'more voucher')
       || ' on that day' ELSE '' END || '.' AS message,
  'Correct the date or open the fiscal year in the bookkeeping system, then run `indberet pull`.'
    AS remedy,
  d.first_of[1] AS voucher_id, NULL AS line_id,
  'a date in a fiscal period' AS expected, CAST(d.posting_date AS VARCHAR) AS found
FROM day AS d
ANTI JOIN fiscal_period AS f
  ON f.company_id = d.company_id AND d.posting_date BETWEEN f.start_date AND f.end_date
