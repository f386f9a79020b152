-- Numbers of one series run without gaps (control trail). A series is connection,
-- journal and the text before the digits; it restarts each fiscal year when a year
-- begins below the middle of the year before. Series with less than half of their
-- numbers in use are not sequences and are left alone; leading zeros are not shown.
-- A gap counts where a neighbour is in the period.
WITH numbered AS (
  SELECT v.company_id, v.connection_id, coalesce(v.journal_code, '') AS journal,
    rtrim(v.voucher_number, '0123456789') AS prefix,
    TRY_CAST(substr(v.voucher_number, length(rtrim(v.voucher_number, '0123456789')) + 1) AS BIGINT)
      AS number,
    v.posting_date
  FROM voucher AS v JOIN checked_company AS c USING (company_id)
  WHERE v.posting_date <= getvariable('checked_end') AND v.posting_date <= c.period_end
    AND v.posting_date >= getvariable('checked_start') - INTERVAL 5 YEAR
), day AS (
  SELECT d.company_id, d.posting_date,
    coalesce(min(f.start_date), CAST(date_trunc('year', d.posting_date) AS DATE)) AS year_start,
    any_value(d.posting_date BETWEEN c.period_start AND c.period_end) AS is_checked
  FROM (SELECT DISTINCT company_id, posting_date FROM numbered) AS d
  JOIN checked_company AS c USING (company_id)
  LEFT JOIN fiscal_period AS f ON f.company_id = d.company_id AND f.kind = 'year'
    AND d.posting_date BETWEEN f.start_date AND f.end_date
  GROUP BY d.company_id, d.posting_date
), yearly AS (
  SELECT n.*, d.year_start, d.is_checked
  FROM numbered AS n JOIN day AS d USING (company_id, posting_date)
  WHERE n.number IS NOT NULL
), year_of_series AS (
  SELECT company_id, connection_id, journal, prefix, year_start,
    min(number) AS lowest, max(number) AS highest
  FROM yearly GROUP BY ALL
), series AS (
  SELECT company_id, connection_id, journal, prefix, bool_or(is_lower) AS restarts
  FROM (
    SELECT *, lowest < coalesce(lag((lowest + highest) / 2) OVER (
      PARTITION BY company_id, connection_id, journal, prefix ORDER BY year_start), lowest)
      AS is_lower
    FROM year_of_series)
  GROUP BY company_id, connection_id, journal, prefix
), placed AS (
  SELECT y.company_id, y.connection_id, y.journal, y.prefix, y.number, y.is_checked,
    CASE WHEN s.restarts THEN y.year_start ELSE DATE '1900-01-01' END AS year_start
  FROM yearly AS y JOIN series AS s USING (company_id, connection_id, journal, prefix)
), broken AS (
  SELECT company_id, connection_id, journal, prefix, year_start,
    count(DISTINCT number) AS used, max(number) - min(number) + 1 AS span
  FROM placed
  GROUP BY company_id, connection_id, journal, prefix, year_start
  HAVING used < span AND 2 * used >= span
), kept AS (
  SELECT p.company_id, p.connection_id, p.journal, p.prefix, p.year_start, p.number,
    bool_or(p.is_checked) AS is_checked
  FROM placed AS p
  SEMI JOIN broken USING (company_id, connection_id, journal, prefix, year_start)
  GROUP BY ALL
), neighbours AS (
  SELECT *, lead(number) OVER w AS next_number, lead(is_checked) OVER w AS next_checked
  FROM kept
  WINDOW w AS (PARTITION BY company_id, connection_id, journal, prefix, year_start ORDER BY number)
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
WHERE next_number > number + 1 AND (is_checked OR next_checked)
