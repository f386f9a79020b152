-- FR108, FR109, FR115: when which bookkeeping system was used. A use is a first and a last day in one
-- context. The accounting period is the registered one where it deviates, else the report's.
WITH dated AS (
  SELECT n, place, day, i,
    starts_with(concept, 'gsd:StartDateForUseOfDigital') AS is_start
  FROM item
  WHERE day IS NOT NULL AND concept IN (
    'gsd:StartDateForUseOfDigitalStandardBookkeepingSystem',
    'gsd:EndDateForUseOfDigitalStandardBookkeepingSystem',
    'gsd:StartDateForUseOfDigitalNonregisteredBookkeepingSystem',
    'gsd:EndDateForUseOfDigitalNonregisteredBookkeepingSystem')
), used AS (
  SELECT n, min(day) FILTER (is_start) AS first_day, max(day) FILTER (NOT is_start) AS last_day,
    list(i ORDER BY i) AS facts
  FROM dated
  GROUP BY n, place
  HAVING bool_or(is_start) AND bool_or(NOT is_start)
), following AS (
  SELECT *, lead(first_day) OVER one AS next_first, lead(last_day) OVER one AS next_last,
    lead(facts) OVER one AS next_facts
  FROM used
  WINDOW one AS (PARTITION BY n ORDER BY first_day, last_day, facts)
), bound AS (
  SELECT n, period_kind, concept, day, i
  FROM item
  WHERE day IS NOT NULL
    AND concept IN ('gsd:ReportingPeriodStartDate', 'gsd:ReportingPeriodEndDate')
    AND (in_scope('registered period', dims, consolidation, period_kind)
      OR (coalesce(period_kind, 'AllReportingPeriodsMember') = 'AllReportingPeriodsMember'
        AND n NOT IN (SELECT n FROM item WHERE concept LIKE 'gsd:ReportingPeriod%Date'
          AND in_scope('registered period', dims, consolidation, period_kind))))
), accounting AS (
  SELECT n, arg_min(day, i) FILTER (concept LIKE '%StartDate') AS first_day,
    arg_min(day, i) FILTER (concept LIKE '%EndDate') AS last_day
  FROM bound
  GROUP BY n
), broken AS (
  SELECT n, 'FR108' AS rule, first_day || ' to ' || last_day AS first,
    next_first || ' to ' || next_last AS second, list_concat(facts, next_facts) AS facts
  FROM following
  WHERE last_day > next_first
  UNION ALL
  SELECT n, 'FR109', u.first_day || ' to ' || u.last_day,
    coalesce(a.first_day || ' to ' || a.last_day, 'from ' || a.first_day, 'until ' || a.last_day),
    u.facts
  FROM used AS u
  JOIN accounting AS a USING (n)
  WHERE u.first_day < a.first_day OR u.last_day > a.last_day
  UNION ALL
  SELECT n, 'FR115', first_day || ' to ' || last_day, '', facts
  FROM used
  WHERE first_day > last_day
)
SELECT a.n, a.rule, replace(replace(a.message, '{first}', b.first), '{second}', b.second) AS message,
  b.facts, NULL AS file, NULL AS line
FROM asked AS a
JOIN broken AS b USING (n, rule)
