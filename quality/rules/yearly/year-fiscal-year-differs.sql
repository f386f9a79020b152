-- The year that is reported is one of the years the ledger knows, where it knows any then.
WITH known AS (
  SELECT c.company_id, c.period_start, c.period_end, f.start_date, f.end_date
  FROM checked_company AS c
  JOIN fiscal_period AS f ON f.company_id = c.company_id AND f.kind = 'year'
    AND f.start_date <= c.period_end AND f.end_date >= c.period_start
)
SELECT company_id,
  'fiscal year ' || CAST(period_start AS VARCHAR) || ' to ' || CAST(period_end AS VARCHAR)
    AS place,
  'The annual report is for ' || CAST(period_start AS VARCHAR) || ' to '
    || CAST(period_end AS VARCHAR) || ', but the ledger has '
    || string_agg(CAST(start_date AS VARCHAR) || ' to ' || CAST(end_date AS VARCHAR), ' and '
      ORDER BY start_date)
    || ' as its fiscal year' || CASE WHEN count(*) > 1 THEN 's' ELSE '' END || '.' AS message,
  'Correct year_end, odd_years or first_day in [company.annual_report] of indberet.toml, or the '
    || 'fiscal year in the bookkeeping system.' AS remedy,
  NULL AS voucher_id, NULL AS line_id,
  CAST(period_start AS VARCHAR) || ' to ' || CAST(period_end AS VARCHAR) AS expected,
  min(CAST(start_date AS VARCHAR) || ' to ' || CAST(end_date AS VARCHAR)) AS found
FROM known
GROUP BY company_id, period_start, period_end
HAVING NOT bool_or(start_date = period_start AND end_date = period_end)
