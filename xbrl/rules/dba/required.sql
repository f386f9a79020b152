-- What must be stated: `at_least` different concepts (one) of the list `needs`, or `or_at_least` of
-- `or_needs`; `filled`: nil does not count. Where facts of `when` are stated (of each of its concepts,
-- `when_all`; an amount other than zero, `when_not_zero`); always without `when`. `scope`: only
-- facts without dimensions count, and the rule holds in reports that know no group; or only those of
-- group or parent, in the others. `annual_report`: in annual reports.
WITH summed AS (
  SELECT n, rule,
    len(list_distinct(list(concept) FILTER (part = 'when'))) AS whens,
    list_distinct(list(concept) FILTER (part = 'needs')) AS present,
    len(list_distinct(list(concept) FILTER (part = 'or_needs'))) AS or_needed,
    arg_min(concept, i) FILTER (part = 'when') AS tagged,
    arg_min(text, i) FILTER (part = 'when') AS value,
    list(i ORDER BY i) FILTER (part = 'when') AS facts
  FROM stated AS s
  JOIN rule AS r USING (rule)
  WHERE s.kind = 'required'
    AND in_scope(r.params['scope'], dims, consolidation, period_kind)
    AND CASE WHEN part = 'when' AND r.params['when_not_zero'] = 'true' THEN amount <> 0
      WHEN part <> 'when' AND r.params['filled'] = 'true' THEN NOT is_nil
      ELSE true END
  GROUP BY n, rule
), broken AS (
  SELECT a.n, a.rule, a.message, s.tagged, s.value, s.facts, coalesce(s.or_needed, 0) AS or_needed,
    coalesce(s.present, []) AS present, p.choices, p.choice_values
  FROM asked AS a
  JOIN needed AS p USING (rule)
  LEFT JOIN summed AS s ON s.n = a.n AND s.rule = a.rule
  WHERE a.kind = 'required'
    AND CASE WHEN a.params['when'] IS NULL THEN true
      WHEN a.params['when_all'] = 'true' THEN s.whens = p.whens
      ELSE s.whens > 0 END
    AND coalesce(len(s.present), 0) < CAST(coalesce(a.params['at_least'], '1') AS INTEGER)
    AND (a.params['or_needs'] IS NULL
      OR coalesce(s.or_needed, 0) < CAST(a.params['or_at_least'] AS INTEGER))
    AND (a.params['annual_report'] IS NULL OR a.is_annual)
    AND CASE a.params['scope'] WHEN 'no dimension' THEN NOT a.has_group
      WHEN 'consolidated or solo' THEN a.has_group ELSE true END
)
SELECT n, rule,
  replace(replace(replace(replace(replace(replace(replace(message,
    '{tagged}', coalesce(tagged, '')),
    '{value}', shown(value)),
    '{count}', CAST(len(present) AS VARCHAR)),
    '{or_count}', CAST(or_needed AS VARCHAR)),
    '{missing}', array_to_string(
      list_filter(choices, lambda c: NOT list_contains(present, c)), ' and ')),
    '{choices}', CAST(len(choices) AS VARCHAR)),
    '{choice_values}', coalesce(choice_values, '')) AS message,
  coalesce(facts, []) AS facts,
  NULL AS file, NULL AS line
FROM broken
