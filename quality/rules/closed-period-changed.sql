-- A voucher changed or deleted after it was read, in a period that is closed now.
WITH change AS (
  SELECT r.company_id, coalesce(r.voucher_number, r.source_id) AS number, r.change,
    r.posting_date, count(*) AS times
  FROM record_change AS r JOIN checked_company AS c USING (company_id)
  WHERE r.stream = 'voucher' AND r.posting_date BETWEEN c.period_start AND c.period_end
  GROUP BY ALL
)
SELECT h.company_id,
  'voucher ' || h.number AS place,
  'Voucher ' || h.number || ' of ' || CAST(h.posting_date AS VARCHAR) || ' was ' || h.change
    || ' in the source after it was first read, in a fiscal period that is now closed.' AS message,
  'Check that the correction is meant; the old record is kept beside the new.' AS remedy,
  NULL AS voucher_id, NULL AS line_id, 'unchanged' AS expected, h.change AS found
FROM change AS h
SEMI JOIN fiscal_period AS f
  ON f.company_id = h.company_id AND f.state IN ('closed', 'locked')
  AND h.posting_date BETWEEN f.start_date AND f.end_date
