-- A posting date no return will ever see: before 1990 (the usual zero dates of
-- computers are 1899, 1900 and 1970) or more than a year
-- after the period and after today (an old period is checked with younger books beside it).
SELECT v.company_id,
  voucher_place(v.voucher_number, v.where_found) AS place,
  'Voucher ' || v.voucher_number || ' has the posting date ' || CAST(v.posting_date AS VARCHAR)
    || ', which cannot be right (' || v.where_found
    || '): it counts in no period that is reported.' AS message,
  'Correct the date in the bookkeeping system, then run `indberet pull`.' AS remedy,
  v.voucher_id, NULL AS line_id,
  '1990-01-01 to ' || CAST(CAST(greatest(c.period_end, getvariable('today')) + INTERVAL 1 YEAR AS DATE)
    AS VARCHAR) AS expected,
  CAST(v.posting_date AS VARCHAR) AS found
FROM voucher AS v JOIN checked_company AS c USING (company_id)
WHERE v.posting_date < DATE '1990-01-01'
  OR v.posting_date > greatest(c.period_end, getvariable('today')) + INTERVAL 1 YEAR
