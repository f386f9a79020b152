-- The figures that count for each company's fiscal years, of the filings in `filing_of_year`
-- and their facts in `fact_of_year` and `dimension_of_year`.
-- The last filing of a fiscal year replaces those before it: by day of publication, else of
-- approval, else by the order taken in. Of its facts, those of exactly its period count that
-- have no dimension but the one telling the group from the parent company.
WITH standing AS (
    SELECT filing_id, target, entity_scheme, entity_identifier, period_start, period_end
    FROM filing_of_year
    WHERE entity_identifier IS NOT NULL AND entity_scheme IS NOT NULL
        AND period_end IS NOT NULL AND fact_count > 0
    QUALIFY row_number() OVER (
        PARTITION BY entity_scheme, entity_identifier, period_end
        ORDER BY published_at DESC NULLS LAST, approval_date DESC NULLS LAST, sequence DESC,
            target, filing_id
    ) = 1
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
    FROM dimension_of_year AS dimension
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
        fact.fact_index
    FROM fact_of_year AS fact
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
