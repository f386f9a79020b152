-- Numbers of one series run without gaps (control trail). A series is connection,
-- journal and the text before the digits; it restarts each fiscal year when a tenth
-- of its numbers repeat. Series with less than half of their numbers in use are not
-- sequences and are left alone; leading zeros are not shown. A gap counts where a neighbour is in the period.
WITH numbered AS (
  SELECT v.company_id, v.connection_id, coalesce(v.journal_code, '') AS journal,
    rtrim(v.voucher_number, '0123456789') AS prefix,
    TRY_CAST(substr(v.voucher_number, length(rtrim(v.voucher_number, '0123456789')) + 1) AS BIGINT)
      AS number,
    v.posting_date,
    v.posting_date BETWEEN c.period_start AND c.period_end AS is_checked
  FROM voucher AS v JOIN checked_company AS c USING (company_id)
  WHERE v.posting_date <= getvariable('checked_end') AND v.posting_date <= c.period_end
    AND v.posting_date >= getvariable('checked_start') - INTERVAL 5 YEAR
), yearly AS (
  SELECT n.*, coalesce(f.start_date, date_trunc('year', n.posting_date)::DATE) AS year_start
  FROM numbered AS n
  LEFT JOIN fiscal_period AS f ON f.company_id = n.company_id AND f.kind = 'year'
    AND n.posting_date BETWEEN f.start_date AND f.end_date
  WHERE n.number IS NOT NULL
), series AS (
  SELECT company_id, connection_id, journal, prefix,
    count(DISTINCT number) < 0.9 * count(*) AS restarts
  FROM yearly GROUP BY company_id, connection_id, journal, prefix
), placed AS (
  SELECT y.company_id, y.connection_id, y.journal, y.prefix,
    CASE WHEN s.restarts THEN y.year_start END AS year_start,
    y.number, bool_or(y.is_checked) AS is_checked
  FROM yearly AS y JOIN series AS s USING (company_id, connection_id, journal, prefix)
  GROUP BY ALL
), neighbours AS (
  SELECT *, lead(number) OVER w AS next_number, lead(is_checked) OVER w AS next_checked,
    count(*) OVER s AS used, max(number) OVER s - min(number) OVER s + 1 AS span
  FROM placed
  WINDOW s AS (PARTITION BY company_id, connection_id, journal, prefix, year_start),
    w AS (PARTITION BY company_id, connection_id, journal, prefix, year_start ORDER BY number)
)
SELECT company_id,
  CASE WHEN journal = '' THEN 'voucher numbers' ELSE 'journal ' || journal END
    || ', after voucher ' || prefix || number AS place,
  counted(next_number - number - 1, 'voucher number') || ' missing between ' || prefix || number
    || ' and ' || prefix || next_number
    || CASE WHEN journal = '' THEN '' ELSE ' in journal ' || journal END || '.' AS message,
  'Find the missing vouchers, or note why the numbers were not used.' AS remedy,
  NULL AS voucher_id, NULL AS line_id,
  CAST(number + 1 AS VARCHAR) AS expected, CAST(next_number AS VARCHAR) AS found
FROM neighbours
WHERE next_number > number + 1 AND (is_checked OR next_checked) AND 2 * used >= span
