-- Equity as a share of assets, one row for each company, fiscal year and basis, with the size
-- of the company by its assets (million) to compare like with like.
--
-- cvr: the company's CVR number
-- fiscal_year: the year in which the fiscal year ends
-- basis: solo, consolidated or unstated
-- period_end: last day of the fiscal year
-- currency: ISO 4217, as reported
-- equity: egenkapital
-- assets: aktiver i alt, above 0
-- equity_ratio: equity / assets, to look at: the two are exact, it is not
-- size: by assets, in five steps that sort as they read
-- filing_id: SHA-256 of the filing it is taken from
-- is_comparative: stated for comparison by the filing of the year after
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
