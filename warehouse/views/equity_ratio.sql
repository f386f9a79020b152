-- Equity as a share of assets, one row for each company, fiscal year and basis, with the size
-- of the company by its assets (million) to compare like with like.
SELECT
    cvr,
    fiscal_year,
    basis,
    period_end,
    currency,
    equity,
    assets,
    CAST(equity / assets AS DOUBLE) AS equity_ratio,
    CASE
        WHEN assets < 1000000 THEN '1: under 1 million'
        WHEN assets < 10000000 THEN '2: 1–10 million'
        WHEN assets < 100000000 THEN '3: 10–100 million'
        WHEN assets < 1000000000 THEN '4: 100–1,000 million'
        ELSE '5: over 1,000 million'
    END AS size,
    filing_id,
    is_comparative
FROM danish_annual_report
WHERE assets > 0 AND equity IS NOT NULL
