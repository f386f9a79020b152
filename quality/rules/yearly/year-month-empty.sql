-- No voucher in a month between the first and the last day of a year that is booked otherwise.
WITH month AS (
  SELECT c.company_id, c.period_start, c.period_end,
    CAST(date_trunc('month', day) AS DATE) AS month
  FROM checked_company AS c,
    unnest(generate_series(c.period_start, c.period_end, INTERVAL 1 DAY)) AS t(day)
  GROUP BY ALL
), booked AS (
  SELECT DISTINCT company_id, CAST(date_trunc('month', posting_date) AS DATE) AS month
  FROM checked_voucher
)
SELECT m.company_id,
  strftime(m.month, '%Y-%m') AS place,
  'No voucher is posted in ' || strftime(m.month, '%Y-%m') || ' of the fiscal year '
    || CAST(m.period_start AS VARCHAR) || ' to ' || CAST(m.period_end AS VARCHAR) || '.'
    AS message,
  'Check that the month is booked and run `indberet pull`; if nothing happened, nothing is wrong.'
    AS remedy,
  NULL AS voucher_id, NULL AS line_id, 'vouchers' AS expected, '0' AS found
FROM month AS m
SEMI JOIN booked AS b USING (company_id)
ANTI JOIN booked AS n ON n.company_id = m.company_id AND n.month = m.month
WHERE m.month <= coalesce(getvariable('today'), m.month)
