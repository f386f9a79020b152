-- Contexts: those that facts use, with their dimensions; and those that only have dimensions.
WITH used AS (
  SELECT j.n, f.context_id,
    any_value(f.entity_scheme) AS entity_scheme,
    any_value(f.entity_identifier) AS entity_identifier,
    any_value(f.period_type) AS period_type,
    any_value(f.period_start) AS first_day,
    any_value(f.period_end) AS last_day,
    any_value(f.period_start_at) AS start_at,
    any_value(f.period_end_at) AS end_at,
    any_value(f.dimensions) AS dimensions,
    min(f.fact_index) AS first_fact
  FROM xbrl_fact AS f
  JOIN judged AS j ON j.filing_id = f.filing_id AND j.target = f.target
  WHERE f.context_id IS NOT NULL
  GROUP BY j.n, f.context_id
), dimensioned AS (
  SELECT j.n, d.context_id,
    count(*) FILTER (d.container = 'scenario') AS dims,
    max(d.member) FILTER (d.dimension = 'ConsolidatedSoloDimension') AS consolidation,
    max(d.member) FILTER (d.dimension = 'TypeOfReportingPeriodDimension') AS period_kind,
    max(d.member) FILTER (
      d.dimension = 'ReportedValueOtherRenderingOfReportedValueDimension') AS rendering,
    string_agg(concat_ws('|', d.namespace, d.dimension, d.member_namespace, d.member,
      d.typed_member), ';' ORDER BY d.namespace, d.dimension) FILTER (
      d.dimension <> 'ReportedValueOtherRenderingOfReportedValueDimension') AS other_dims,
    bool_or(d.container = 'segment') AS has_segment
  FROM xbrl_dimension AS d
  JOIN judged AS j ON j.filing_id = d.filing_id AND j.target = d.target
  GROUP BY j.n, d.context_id
)
SELECT n, context_id,
  concat_ws(chr(31), entity_scheme, entity_identifier, period_type, start_at, end_at) AS entity_period,
  concat_ws(chr(31), entity_period, coalesce(dimensions, '')) AS place,
  entity_scheme, entity_identifier, period_type, first_day, last_day, start_at, end_at, first_fact,
  coalesce(dims, 0) AS dims, consolidation, period_kind, rendering,
  coalesce(other_dims, '') AS other_dims,
  coalesce(has_segment, false) OR regexp_matches(coalesce(dimensions, ''), '(^|;)segment=')
FROM used FULL JOIN dimensioned USING (n, context_id)
