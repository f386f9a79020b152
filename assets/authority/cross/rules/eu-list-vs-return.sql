-- The lists' totals against Rubrik B of the returns of the same days. Triangular trade is on the
-- list only. Each line of a list and each return drops its øre, so each may be off by 1 kr.
-- Source: momsloven § 54; standard VAT codes S21, S23 and S25.
WITH listed AS (
    SELECT
        eu_span.cvr,
        eu_span.period_start,
        eu_span.period_end,
        sum(goods) AS goods,
        sum(services) AS services,
        sum(lines) AS lines,
        count(DISTINCT filing_key) AS lists,
        list_sort(list(DISTINCT filing_key)) AS keys,
        min(CASE
            WHEN eu_list.period_start < eu_span.period_start
                OR eu_list.period_end > eu_span.period_end
            THEN 'the list of ' || days(eu_list.period_start, eu_list.period_end) || ' is cut by it'
        END) AS reason
    FROM eu_span
    JOIN eu_list ON eu_list.cvr = eu_span.cvr
        AND eu_list.period_start <= eu_span.period_end
        AND eu_list.period_end >= eu_span.period_start
    GROUP BY ALL
),
both_sides AS (
    SELECT
        eu_span.*,
        unnest([
            {'subject': 'goods', 'listed': coalesce(listed.goods, 0), 'returned': goods_listed,
                'field': 'Rubrik B goods'},
            {'subject': 'services', 'listed': coalesce(listed.services, 0),
                'returned': vat_over.services, 'field': 'Rubrik B services'}
        ]) AS one,
        coalesce(listed.lines, 0) AS lines,
        coalesce(listed.lists, 0) AS lists,
        coalesce(vat_over.returns, 0) AS returns,
        coalesce(listed.reason, CASE
            WHEN vat_over.cvr IS NULL THEN 'no VAT return of the period is accepted'
            ELSE vat_over.reason
        END) AS reason,
        listed.keys AS list_keys,
        vat_over.keys AS return_keys
    FROM eu_span
    LEFT JOIN listed USING (cvr, period_start, period_end)
    LEFT JOIN vat_over USING (cvr, period_start, period_end)
)
SELECT
    cvr,
    period_start,
    period_end,
    one.subject AS subject,
    one.listed AS stated,
    one.returned AS expected,
    ' (lists: ' || lists || ', lines: ' || lines || ')' AS how_stated,
    ' (' || one.field || '; returns: ' || returns || ')' AS how_expected,
    lines + returns AS counted,
    reason,
    list_keys AS stated_keys,
    return_keys AS expected_keys
FROM both_sides
WHERE one.listed <> 0 OR coalesce(one.returned, 0) <> 0
