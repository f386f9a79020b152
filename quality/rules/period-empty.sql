-- No voucher at all in the period of a company that had some in each of the four before.
WITH before AS (
  SELECT v.company_id, count(DISTINCT CAST(
      ceil(date_diff('month', date_trunc('month', v.posting_date), c.period_start) / c.months)
      AS INTEGER)) AS periods
  FROM voucher AS v JOIN checked_company AS c USING (company_id)
  WHERE v.posting_date >= getvariable('checked_start') - INTERVAL 24 MONTH
    AND v.posting_date BETWEEN c.period_start - INTERVAL (4 * c.months) MONTH
      AND c.period_start - INTERVAL 1 DAY
  GROUP BY v.company_id
  HAVING periods = 4
)
SELECT c.company_id,
  CAST(c.period_start AS VARCHAR) || ' to ' || CAST(c.period_end AS VARCHAR) AS place,
  'No voucher is posted from ' || CAST(c.period_start AS VARCHAR) || ' to '
    || CAST(c.period_end AS VARCHAR) || ', though each of the four periods before had some.'
    AS message,
  'Check that the period is booked and run `indberet pull`; if nothing happened, the zero return '
    || 'is right.' AS remedy,
  NULL AS voucher_id, NULL AS line_id, 'vouchers' AS expected, '0' AS found
FROM checked_company AS c
SEMI JOIN before AS b USING (company_id)
ANTI JOIN checked_voucher AS v USING (company_id)
