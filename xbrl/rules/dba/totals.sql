-- FR57: the four totals of each stated accounting period, in contexts without dimensions.
-- A period is stated by exactly one first and one last day in the same context, without dimensions or
-- for group or parent. `concept`: the total that must be stated; `negative`: that must not be below zero.
WITH span AS (
  SELECT n, starts_with(concept, 'gsd:R') AS is_current,
    min(day) FILTER (concept LIKE '%StartDate') AS first_day,
    min(day) FILTER (concept LIKE '%EndDate') AS last_day,
    list(i ORDER BY i) AS facts
  FROM item
  WHERE concept IN ('gsd:ReportingPeriodStartDate', 'gsd:ReportingPeriodEndDate',
      'gsd:PrecedingReportingPeriodStartDate', 'gsd:PredingReportingPeriodEndDate')
    AND day IS NOT NULL AND (dims = 0 OR (dims = 1 AND consolidation IS NOT NULL))
  GROUP BY n, place, starts_with(concept, 'gsd:R')
  HAVING count(*) = 2 AND first_day IS NOT NULL AND last_day IS NOT NULL
), period AS (
  SELECT n, bool_or(is_current) AS is_marked,
    list_distinct(list({first_day: first_day, last_day: last_day})) AS days,
    list_distinct(list(last_day)) AS last_days,
    list_distinct(list(last_day) FILTER (is_current)) AS current_days,
    string_agg(first_day || ' to ' || last_day, ' and ' ORDER BY last_day) AS marked,
    flatten(list(facts ORDER BY last_day)) AS facts
  FROM span
  GROUP BY n
), total AS (
  SELECT n, place, unit, any_value(last_day) AS last_day,
    list({concept: concept, i: i, amount: amount, value: value, first_day: first_day,
      last_day: last_day} ORDER BY i) AS facts
  FROM item
  WHERE concept IN ('fsa:ProfitLoss', 'fsa:Equity', 'fsa:Assets', 'fsa:LiabilitiesAndEquity')
    AND dims = 0 AND amount IS NOT NULL
  GROUP BY n, place, unit
), stating AS (
  SELECT p.n, p.days, p.last_days, coalesce(flatten(list(t.facts)), []) AS facts
  FROM period AS p
  LEFT JOIN total AS t ON t.n = p.n
  WHERE p.is_marked
  GROUP BY p.n, p.days, p.last_days
), lacking AS (
  SELECT s.n, a.rule, list_filter(s.days, lambda d: len(list_filter(s.facts, lambda f:
    f.concept = a.params['concept'] AND f.last_day = d.last_day
      AND (f.concept <> 'fsa:ProfitLoss' OR f.first_day = d.first_day))) = 0) AS days
  FROM stating AS s
  JOIN asked AS a ON a.n = s.n AND a.kind = 'totals' AND a.params['concept'] IS NOT NULL
), negative AS (
  SELECT s.n, a.rule, unnest(list_filter(s.facts, lambda f: f.concept = a.params['negative']
    AND f.amount < 0 AND list_contains(s.last_days, f.last_day))) AS fact
  FROM stating AS s
  JOIN asked AS a ON a.n = s.n AND a.kind = 'totals' AND a.params['negative'] IS NOT NULL
), balance AS (
  SELECT t.n, t.last_day, list_filter(t.facts, lambda f: f.concept = 'fsa:Assets') AS assets,
    list_filter(t.facts, lambda f: f.concept = 'fsa:LiabilitiesAndEquity') AS liabilities
  FROM total AS t
  JOIN period AS p ON p.n = t.n AND list_contains(p.current_days, t.last_day)
  WHERE t.unit IS NOT NULL
), broken AS (
  SELECT n, 'FR57.MarkingOfPeriod' AS rule, NULL AS end_text, marked AS period_text, NULL AS value,
    NULL AS assets, NULL AS liabilities, facts
  FROM period
  WHERE NOT is_marked
  UNION ALL
  SELECT n, rule,
    array_to_string(list_sort(list_distinct(list_transform(days, lambda d:
      CAST(d.last_day AS VARCHAR)))), ' and '),
    array_to_string(list_sort(list_transform(days, lambda d:
      d.first_day || ' to ' || d.last_day)), ' and '),
    NULL, NULL, NULL, []
  FROM lacking
  WHERE len(days) > 0
  UNION ALL
  SELECT n, rule, CAST(fact.last_day AS VARCHAR), NULL, fact.value, NULL, NULL, [fact.i]
  FROM negative
  UNION ALL
  SELECT n, 'FR57.Equality', CAST(last_day AS VARCHAR), NULL, NULL, assets[1].value,
    liabilities[1].value, [assets[1].i, liabilities[1].i]
  FROM balance
  WHERE len(assets) > 0 AND len(liabilities) > 0
    AND NOT list_has_any(list_transform(assets, lambda f: f.amount),
      list_transform(liabilities, lambda f: f.amount))
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
