-- FR57: the four totals of each stated accounting period, in contexts without dimensions.
-- A period is stated by exactly one first and one last day in the same context, without dimensions or
-- for group or parent. `concept`: the total that must be stated; `negative`: that must not be below zero.
WITH dated AS (
  SELECT n, place, concept, day, i, starts_with(concept, 'gsd:R') AS is_current
  FROM item
  WHERE concept IN ('gsd:ReportingPeriodStartDate', 'gsd:ReportingPeriodEndDate',
      'gsd:PrecedingReportingPeriodStartDate', 'gsd:PredingReportingPeriodEndDate')
    AND day IS NOT NULL AND (dims = 0 OR (dims = 1 AND consolidation IS NOT NULL))
), span AS (
  SELECT n, is_current,
    min(day) FILTER (concept LIKE '%StartDate') AS first_day,
    min(day) FILTER (concept LIKE '%EndDate') AS last_day,
    list(i ORDER BY i) AS facts
  FROM dated
  GROUP BY n, place, is_current
  HAVING count(*) = 2 AND count(DISTINCT concept) = 2
), period AS (
  SELECT DISTINCT n, is_current, first_day, last_day
  FROM span
  WHERE n IN (SELECT n FROM span WHERE is_current)
), total AS (
  SELECT n, i, concept, place, unit, amount, value, first_day, last_day
  FROM item
  WHERE concept IN ('fsa:ProfitLoss', 'fsa:Equity', 'fsa:Assets', 'fsa:LiabilitiesAndEquity')
    AND dims = 0 AND amount IS NOT NULL
), unmarked AS (
  SELECT n, 'FR57.MarkingOfPeriod' AS rule, NULL AS end_text,
    string_agg(first_day || ' to ' || last_day, ' and ' ORDER BY last_day) AS period_text,
    NULL AS value, NULL AS assets, NULL AS liabilities, flatten(list(facts ORDER BY last_day)) AS facts
  FROM span
  WHERE n NOT IN (SELECT n FROM span WHERE is_current)
  GROUP BY n
), missing AS (
  SELECT p.n, r.rule,
    string_agg(DISTINCT CAST(p.last_day AS VARCHAR), ' and '
      ORDER BY CAST(p.last_day AS VARCHAR)) AS end_text,
    string_agg(DISTINCT p.first_day || ' to ' || p.last_day, ' and '
      ORDER BY p.first_day || ' to ' || p.last_day) AS period_text,
    NULL AS value, NULL AS assets, NULL AS liabilities, []::INTEGER[] AS facts
  FROM period AS p
  JOIN rule AS r ON r.kind = 'totals' AND r.params['concept'] IS NOT NULL
  ANTI JOIN total AS t ON t.n = p.n AND t.concept = r.params['concept'] AND t.last_day = p.last_day
    AND (t.concept <> 'fsa:ProfitLoss' OR t.first_day = p.first_day)
  GROUP BY p.n, r.rule
), negative AS (
  SELECT t.n, r.rule, CAST(t.last_day AS VARCHAR) AS end_text, NULL AS period_text,
    t.value, NULL AS assets, NULL AS liabilities, [t.i] AS facts
  FROM total AS t
  JOIN rule AS r ON r.kind = 'totals' AND r.params['negative'] = t.concept
  WHERE t.amount < 0 AND (t.n, t.last_day) IN (SELECT (n, last_day) FROM period)
), unequal AS (
  SELECT a.n, 'FR57.Equality' AS rule, CAST(any_value(a.last_day) AS VARCHAR) AS end_text,
    NULL AS period_text, NULL AS value, arg_min(a.value, a.i) AS assets,
    arg_min(l.value, l.i) AS liabilities, [min(a.i), min(l.i)] AS facts
  FROM total AS a
  JOIN total AS l ON l.n = a.n AND l.place = a.place AND l.unit = a.unit
    AND l.concept = 'fsa:LiabilitiesAndEquity'
  WHERE a.concept = 'fsa:Assets'
    AND (a.n, a.last_day) IN (SELECT (n, last_day) FROM period WHERE is_current)
  GROUP BY a.n, a.place, a.unit
  HAVING NOT bool_or(a.amount = l.amount)
), broken AS (
  FROM unmarked UNION ALL FROM missing UNION ALL FROM negative UNION ALL FROM unequal
)
SELECT a.n, a.rule,
  replace(replace(replace(replace(replace(a.message,
    '{end}', coalesce(b.end_text, '')),
    '{period}', coalesce(b.period_text, '')),
    '{value}', coalesce(b.value, '')),
    '{assets}', coalesce(b.assets, '')),
    '{liabilities}', coalesce(b.liabilities, '')) AS message,
  b.facts, NULL AS file, NULL AS line
FROM asked AS a
JOIN broken AS b USING (n, rule)
