-- Facts that a rule asked of their instance speaks of, once for every list of it that holds them.
SELECT f.n, l.kind, l.rule, l.part, f.i, f.concept, f.context_id, f.place, f.dims, f.consolidation,
  f.period_kind, f.period_type, f.first_day, f.last_day, f.unit, f.value, f.text, f.amount, f.day,
  f.is_nil
FROM item AS f
JOIN rule_list AS l ON l.concept = f.concept AND (l.value IS NULL OR l.value = f.text)
SEMI JOIN asked AS a ON a.n = f.n AND a.rule = l.rule
