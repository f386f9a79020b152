-- The exchange with other member states, with the Danish side's CVR number. A Danish VAT number
-- is DK and the SE number; one that the register does not know is of no company here.
CREATE OR REPLACE TEMP TABLE eu_purchase AS
WITH days_of AS (
    SELECT
        *,
        CASE
            WHEN period[6] = 'Q' THEN make_date(
                CAST(period[1:4] AS INTEGER), 3 * CAST(period[7] AS INTEGER) - 2, 1)
            ELSE make_date(CAST(period[1:4] AS INTEGER), CAST(period[6:7] AS INTEGER), 1)
        END AS first_day
    FROM eu_purchase_row
)
SELECT
    given.country,
    given.seller,
    given.buyer,
    given.first_day AS period_start,
    last_day(CASE
        WHEN given.period[6] = 'Q' THEN CAST(given.first_day + INTERVAL 2 MONTH AS DATE)
        ELSE given.first_day
    END) AS period_end,
    given.amount,
    seller.cvr AS seller_cvr,
    buyer.cvr AS buyer_cvr,
    buyer.cvr AS cvr,
    seller.cvr IS NOT NULL AS is_seller_here,
    buyer.cvr IS NOT NULL AS is_buyer_here
FROM days_of AS given
LEFT JOIN registered_company AS seller ON given.seller = 'DK' || seller.se_number
LEFT JOIN registered_company AS buyer ON given.buyer = 'DK' || buyer.se_number;
