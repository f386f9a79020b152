-- Two dates: a fact of `first` and one of `second`. `relation`: `same`, wherever they stand; or
-- `before`, the first before the second, both for the whole period and in one context.
WITH dated AS (
  SELECT n, rule, part, place, i, day,
    coalesce(period_kind, 'AllReportingPeriodsMember') = 'AllReportingPeriodsMember' AS is_whole
  FROM stated
  WHERE kind = 'dates' AND day IS NOT NULL
)
SELECT a.n, a.rule,
  replace(replace(a.message,
    '{first}', CAST(f.day AS VARCHAR)),
    '{second}', CAST(s.day AS VARCHAR)) AS message,
  [f.i, s.i] AS facts, NULL AS file, NULL AS line
FROM asked AS a
JOIN dated AS f ON f.n = a.n AND f.rule = a.rule AND f.part = 'first'
JOIN dated AS s ON s.n = a.n AND s.rule = a.rule AND s.part = 'second'
WHERE CASE a.params['relation'] WHEN 'same' THEN f.day <> s.day
    ELSE f.day >= s.day AND f.place = s.place AND f.is_whole AND s.is_whole END
  AND (a.params['annual_report'] IS NULL OR a.is_annual)
