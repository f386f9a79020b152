-- Said, so that a first or changed year is meant: settings allow up to eighteen months.
SELECT company_id,
  'fiscal year ' || CAST(period_start AS VARCHAR) || ' to ' || CAST(period_end AS VARCHAR)
    AS place,
  'The fiscal year ' || CAST(period_start AS VARCHAR) || ' to ' || CAST(period_end AS VARCHAR)
    || ' is not twelve months; only a first or a changed year may be so.' AS message,
  'Nothing to do if the register has the same year; else correct odd_years in '
    || '[company.annual_report] of indberet.toml.' AS remedy,
  NULL AS voucher_id, NULL AS line_id,
  CAST(period_start + INTERVAL 12 MONTH - INTERVAL 1 DAY AS DATE)::VARCHAR AS expected,
  CAST(period_end AS VARCHAR) AS found
FROM checked_company
WHERE CAST(period_start + INTERVAL 12 MONTH - INTERVAL 1 DAY AS DATE) <> period_end
