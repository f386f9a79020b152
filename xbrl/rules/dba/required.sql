-- What must be stated: `at_least` different concepts (one) of the list `needs`, or `or_at_least` of
-- `or_needs`; `filled`: nil does not count. Where facts of `when` are stated (of each of its concepts,
-- `when_all`; an amount other than zero, `when_not_zero`); always without `when`. `scope`: only
-- facts without dimensions count, and the rule holds in reports that know no group; or only those of
-- group or parent, in the others. `annual_report`: in annual reports.
WITH counted AS (
  SELECT n, rule, part, i, concept, text
  FROM stated
  WHERE kind = 'required'
    AND in_scope(params['scope'], dims, consolidation, period_kind)
    AND CASE WHEN part = 'when' AND params['when_not_zero'] = 'true' THEN amount <> 0
      WHEN part <> 'when' AND params['filled'] = 'true' THEN NOT is_nil
      ELSE true END
), summed AS (
  SELECT n, rule,
    count(DISTINCT concept) FILTER (part = 'when') AS whens,
    count(DISTINCT concept) FILTER (part = 'needs') AS needed,
    count(DISTINCT concept) FILTER (part = 'or_needs') AS or_needed,
    list(DISTINCT concept) FILTER (part = 'needs') AS present,
    arg_min(concept, i) FILTER (part = 'when') AS tagged,
    arg_min(text, i) FILTER (part = 'when') AS value,
    list(i ORDER BY i) FILTER (part = 'when') AS facts
  FROM counted
  GROUP BY n, rule
), part AS (
  SELECT rule,
    count(DISTINCT concept) FILTER (part = 'when') AS whens,
    list(DISTINCT concept ORDER BY concept) FILTER (part = 'needs') AS choices,
    string_agg('"' || value || '"', ' or ' ORDER BY value) FILTER (part = 'needs') AS choice_values
  FROM rule_list
  GROUP BY rule
), broken AS (
  SELECT a.n, a.rule, a.message, s.*, p.choices, p.choice_values,
    list_filter(p.choices, lambda c: NOT list_contains(coalesce(s.present, []), c)) AS missing
  FROM asked AS a
  JOIN part AS p USING (rule)
  LEFT JOIN summed AS s ON s.n = a.n AND s.rule = a.rule
  WHERE a.kind = 'required'
    AND CASE WHEN a.params['when'] IS NULL THEN true
      WHEN a.params['when_all'] = 'true' THEN s.whens = p.whens
      ELSE s.whens > 0 END
    AND coalesce(s.needed, 0) < CAST(coalesce(a.params['at_least'], '1') AS INTEGER)
    AND (a.params['or_needs'] IS NULL
      OR coalesce(s.or_needed, 0) < CAST(a.params['or_at_least'] AS INTEGER))
    AND (a.params['annual_report'] IS NULL OR a.n IN (SELECT n FROM annual))
    AND CASE a.params['scope'] WHEN 'no dimension' THEN a.n NOT IN (SELECT n FROM consolidated)
      WHEN 'consolidated or solo' THEN a.n IN (SELECT n FROM consolidated) ELSE true END
)
SELECT n, rule,
  replace(replace(replace(replace(replace(replace(replace(message,
    '{tagged}', coalesce(tagged, '')),
    '{value}', shown(value)),
    '{count}', CAST(coalesce(needed, 0) AS VARCHAR)),
    '{or_count}', CAST(coalesce(or_needed, 0) AS VARCHAR)),
    '{missing}', array_to_string(missing, ' and ')),
    '{choices}', CAST(len(choices) AS VARCHAR)),
    '{choice_values}', coalesce(choice_values, '')) AS message,
  coalesce(facts, []) AS facts,
  NULL AS file, NULL AS line
FROM broken
