-- A Danish seller's lists against what the buyers' countries say was bought from it, buyer by
-- buyer, over the exchange's period. A buyer that only one side names counts as 0 on the other,
-- where the country has handed over that period at all and the seller has a list in it or none.
WITH handed_over AS (
    SELECT DISTINCT country, period_start, period_end FROM eu_purchase
),
bought AS (
    SELECT seller_cvr AS cvr, period_start, period_end, buyer, sum(amount) AS amount
    FROM eu_purchase
    WHERE is_seller_here
    GROUP BY ALL
),
listed AS (
    SELECT
        eu_list.cvr,
        handed_over.period_start,
        handed_over.period_end,
        buyer,
        sum(goods + triangular + services) AS amount,
        sum(goods) AS goods,
        sum(triangular) AS triangular,
        sum(services) AS services,
        list_sort(list(DISTINCT filing_key)) AS keys,
        min(CASE
            WHEN eu_list.period_start < handed_over.period_start
                OR eu_list.period_end > handed_over.period_end
            THEN 'the list of ' || days(eu_list.period_start, eu_list.period_end) || ' is cut by it'
        END) AS reason
    FROM eu_list
    JOIN handed_over ON handed_over.country = eu_list.country
        AND eu_list.period_start <= handed_over.period_end
        AND eu_list.period_end >= handed_over.period_start
    GROUP BY ALL
)
SELECT
    cvr,
    period_start,
    period_end,
    buyer AS subject,
    coalesce(listed.amount, 0) AS stated,
    coalesce(bought.amount, 0) AS expected,
    CASE
        WHEN listed.amount IS NULL THEN ' (no line)'
        ELSE ' (goods ' || plain(goods) || ' + triangular ' || plain(triangular) || ' + services '
            || plain(services) || ')'
    END AS how_stated,
    CASE WHEN bought.amount IS NULL THEN ' (none told)' ELSE '' END AS how_expected,
    1 AS counted,
    listed.reason,
    listed.keys AS stated_keys,
    CAST([] AS VARCHAR[]) AS expected_keys
FROM listed
FULL JOIN bought USING (cvr, period_start, period_end, buyer)
