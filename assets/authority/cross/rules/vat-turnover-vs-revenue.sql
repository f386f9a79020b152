-- Turnover by the year's VAT returns: output VAT is 25 % of the sales it was charged on, so four
-- times the field Salgsmoms, and what is sold without Danish VAT: Rubrik B and Rubrik C.
-- Source: momsloven § 33 (25 %), § 34 and the fields of the return.
SELECT
    annual_year.cvr,
    annual_year.period_start,
    annual_year.period_end,
    '' AS subject,
    vat_over.turnover AS stated,
    annual_year.revenue AS expected,
    ' (Salgsmoms ' || plain(output_vat) || ' × 4 = ' || plain(4 * output_vat)
    || '; Rubrik B goods ' || plain(goods_listed) || ' + ' || plain(goods_unlisted)
    || '; Rubrik B services ' || plain(services) || '; Rubrik C ' || plain(exports)
    || '; returns added up: ' || returns || ')' AS how_stated,
    '' AS how_expected,
    1 AS counted,
    CASE
        WHEN vat_over.cvr IS NULL THEN 'no VAT return of the fiscal year is accepted'
        WHEN vat_over.reason IS NOT NULL THEN vat_over.reason
        WHEN revenue IS NULL AND gross_profit IS NOT NULL THEN
            'the annual report states gross profit in place of revenue (årsregnskabsloven § 32)'
        WHEN revenue IS NULL THEN 'the annual report states no revenue'
        WHEN revenue_unit <> 'iso4217:DKK' THEN
            'the annual report is in ' || replace(revenue_unit, 'iso4217:', '')
    END AS reason,
    vat_over.keys AS stated_keys,
    [annual_year.filing_key] AS expected_keys
FROM annual_year
LEFT JOIN vat_over ON vat_over.cvr = annual_year.cvr
    AND vat_over.period_start = annual_year.period_start
    AND vat_over.period_end = annual_year.period_end
