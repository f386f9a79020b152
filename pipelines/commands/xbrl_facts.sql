-- The facts of the filings read that the filters of `indberet xbrl facts` let through.
SELECT
    concept,
    CASE
        WHEN period_type = 'duration' THEN period_start || ' – ' || period_end
        ELSE coalesce(CAST(period_end AS VARCHAR), period_type)
    END AS period,
    dimensions,
    unit,
    value,
    decimals,
    file || ':' || line AS where_found,
    namespace,
    entity_identifier,
    period_type,
    period_start,
    period_end,
    numeric_value,
    is_nil,
    language,
    duplicate,
    typed.label,
    typed.item_type,
    typed.balance,
    context_id,
    element_id,
    filing_id,
    target,
    fact_index
FROM new_xbrl_fact LEFT JOIN new_xbrl_fact_typed AS typed USING (filing_id, target, fact_index)
WHERE (len($concepts::VARCHAR[]) = 0 OR list_bool_or([concept GLOB c FOR c IN $concepts]))
    AND ($period = '' OR starts_with(CAST(period_end AS VARCHAR), $period))
    AND ($context_id = '' OR context_id = $context_id)
    AND (
        $dimension = ''
        OR ($dimension = 'none' AND dimensions = '')
        OR ($dimension <> 'none' AND contains(lower(dimensions), $dimension))
    )
    AND (NOT $is_numeric OR numeric_value IS NOT NULL)
ORDER BY file, filing_id, target, fact_index
