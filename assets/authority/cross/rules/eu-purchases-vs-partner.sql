-- Rubrik A (goods and services bought in the EU) against what sellers abroad listed as sold to
-- the company. Companies that no seller listed are not in the exchange and are not compared.
WITH sold AS (
    SELECT
        buyer_cvr AS cvr,
        period_start,
        period_end,
        sum(amount) AS amount,
        count(DISTINCT seller) AS sellers,
        string_agg(seller || ' ' || plain(amount), ', ' ORDER BY amount DESC, seller)
            FILTER (place <= 5) AS named
    FROM (
        SELECT
            buyer_cvr,
            period_start,
            period_end,
            seller,
            sum(amount) AS amount,
            row_number() OVER (
                PARTITION BY buyer_cvr, period_start, period_end ORDER BY sum(amount) DESC, seller
            ) AS place
        FROM eu_purchase
        WHERE is_buyer_here
        GROUP BY buyer_cvr, period_start, period_end, seller
    )
    GROUP BY ALL
)
SELECT
    cvr,
    period_start,
    period_end,
    '' AS subject,
    CAST(goods_bought + services_bought AS DECIMAL(38, 10)) AS stated,
    sold.amount AS expected,
    ' (Rubrik A goods ' || plain(goods_bought) || ' + services ' || plain(services_bought)
    || '; returns: ' || returns || ')' AS how_stated,
    ' (sellers: ' || sellers || '; the largest: ' || named || ')' AS how_expected,
    1 AS counted,
    CASE
        WHEN vat_over.cvr IS NULL THEN 'no VAT return of the period is accepted'
        ELSE vat_over.reason
    END AS reason,
    vat_over.keys AS stated_keys,
    CAST([] AS VARCHAR[]) AS expected_keys
FROM sold
LEFT JOIN vat_over USING (cvr, period_start, period_end)
