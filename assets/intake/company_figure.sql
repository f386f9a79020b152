-- The figures that count for each company's fiscal years ending in $year, of its own filings in
-- `filing_of_year`; where it has none there, of the year before that its filings of the year
-- after (`filing_of_next`) state for comparison. Facts and dimensions of both are in
-- `fact_of_years` and `dimension_of_years`.
-- The last filing of a fiscal year replaces those before it: by day of publication, else of
-- approval, else by the order taken in. Of its facts, those of exactly the period count that
-- have no dimension but the one telling the group from the parent company. What an authority
-- received and does not stand there (`fallen`: not accepted, or replaced) never counts.
WITH filing AS (
    SELECT *, true AS is_next FROM filing_of_next
    UNION ALL
    SELECT *, false AS is_next FROM filing_of_year
),
last_filing AS (
    SELECT
        filing_id, target, entity_scheme, entity_identifier, period_start, period_end, is_next
    FROM filing
    WHERE entity_identifier IS NOT NULL AND entity_scheme IS NOT NULL
        AND period_end IS NOT NULL AND fact_count > 0
        AND filing_id NOT IN (SELECT filing_id FROM fallen)
    QUALIFY row_number() OVER (
        PARTITION BY entity_scheme, entity_identifier, period_end
        ORDER BY published_at DESC NULLS LAST, approval_date DESC NULLS LAST, sequence DESC,
            target, filing_id
    ) = 1
),
own AS (FROM last_filing WHERE NOT is_next),
compared AS (
    SELECT
        * REPLACE (CAST(
            CASE
                WHEN period_start IS NOT NULL THEN period_start - INTERVAL 1 DAY
                WHEN period_end = last_day(period_end) THEN last_day(period_end - INTERVAL 1 YEAR)
                ELSE period_end - INTERVAL 1 YEAR
            END
        AS DATE) AS period_end)
    FROM last_filing
    WHERE is_next
),
wanted AS (
    SELECT * FROM compared
    WHERE year(period_end) = $year
        AND (entity_scheme, entity_identifier) NOT IN (
            SELECT (entity_scheme, entity_identifier) FROM own
        )
    QUALIFY row_number() OVER (  -- a year of two periods states the one before twice
        PARTITION BY entity_scheme, entity_identifier, period_end ORDER BY filing_id, target
    ) = 1
),
-- A filing says when its own period begins; when the one before began, its facts do.
begun AS (
    SELECT
        wanted.filing_id,
        wanted.target,
        fact.period_start,
        count(*) AS facts
    FROM fact_of_years AS fact
    JOIN wanted ON wanted.filing_id = fact.filing_id AND wanted.target = fact.target
        AND wanted.period_end = fact.period_end
    WHERE fact.dimensions = '' AND fact.period_type = 'duration'
    GROUP BY ALL
),
beginning AS (
    SELECT filing_id, target, max_by(period_start, (facts, period_start)) AS period_start
    FROM begun
    GROUP BY ALL
),
standing AS (
    SELECT * FROM own
    UNION ALL
    SELECT wanted.* REPLACE (beginning.period_start AS period_start)
    FROM wanted LEFT JOIN beginning USING (filing_id, target)
),
says(dimension, member, basis) AS (
    VALUES
        ('ConsolidatedSoloDimension', 'ConsolidatedMember', 'consolidated'),  -- Danish cmn
        ('ConsolidatedSoloDimension', 'SoloMember', 'solo'),
        ('ConsolidatedAndSeparateFinancialStatementsAxis', 'ConsolidatedMember', 'consolidated'),
        ('ConsolidatedAndSeparateFinancialStatementsAxis', 'SeparateMember', 'solo')  -- IFRS
),
context_basis AS (
    SELECT filing_id, target, context_id, any_value(says.basis) AS basis
    FROM dimension_of_years AS dimension
    LEFT JOIN says USING (dimension, member)
    GROUP BY ALL
    HAVING count(*) = 1 AND count(says.basis) = 1
),
figure AS (
    SELECT
        standing.entity_scheme,
        standing.entity_identifier,
        CAST(year(standing.period_end) AS SMALLINT) AS fiscal_year,
        standing.period_start,
        standing.period_end,
        CASE
            WHEN fact.dimensions <> '' THEN context_basis.basis
            -- The default of the Danish dimension is the company alone (cmn_def.xml).
            WHEN starts_with(fact.namespace, 'http://xbrl.dcca.dk/') THEN 'solo'
            ELSE 'unstated'
        END AS basis,
        fact.namespace,
        fact.concept,
        fact.unit,
        fact.numeric_value AS amount,
        fact.decimals,
        fact.filing_id,
        fact.target,
        fact.fact_index,
        standing.is_next AS is_comparative
    FROM fact_of_years AS fact
    JOIN standing ON standing.filing_id = fact.filing_id AND standing.target = fact.target
    LEFT JOIN context_basis
        ON context_basis.filing_id = fact.filing_id AND context_basis.target = fact.target
        AND context_basis.context_id = fact.context_id
    WHERE fact.numeric_value IS NOT NULL
        AND fact.period_end = standing.period_end
        AND (
            fact.period_type = 'instant'
            OR fact.period_start IS NOT DISTINCT FROM standing.period_start
        )
        AND (fact.dimensions = '' OR context_basis.basis IS NOT NULL)
)
SELECT *
FROM figure
QUALIFY row_number() OVER (
    PARTITION BY entity_scheme, entity_identifier, period_end, basis, namespace, concept
    -- Of duplicates the most precise, then the first in the filing.
    ORDER BY
        CASE decimals WHEN 'INF' THEN 1000 ELSE TRY_CAST(decimals AS INTEGER) END
            DESC NULLS LAST,
        fact_index
) = 1
