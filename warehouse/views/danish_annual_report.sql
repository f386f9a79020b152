-- Income statement and balance sheet of Danish GAAP reports, one row for each company, fiscal
-- year and basis (the company alone, or its group). Amounts are in `currency`, as reported:
-- expenses are positive. A line that the report does not have is null, except gross profit,
-- which small companies may state in place of revenue (Årsregnskabsloven § 32).
--
-- cvr: the company's CVR number
-- fiscal_year: the year in which the fiscal year ends
-- basis: solo, consolidated or unstated
-- period_start: first day of the fiscal year
-- period_end: last day of the fiscal year
-- currency: ISO 4217, as reported
-- revenue: nettoomsætning
-- gross_profit: bruttofortjeneste eller bruttotab
-- employee_expense: personaleomkostninger, positive
-- operating_profit: resultat af ordinær primær drift
-- profit_before_tax: ordinært resultat før skat
-- tax_expense: skat af årets resultat, positive where it is paid
-- profit: årets resultat
-- noncurrent_assets: anlægsaktiver
-- current_assets: omsætningsaktiver
-- cash: likvide beholdninger
-- assets: aktiver i alt
-- equity: egenkapital
-- provisions: hensatte forpligtelser
-- longterm_liabilities: langfristede gældsforpligtelser
-- shortterm_liabilities: kortfristede gældsforpligtelser
-- liabilities: gældsforpligtelser i alt
-- liabilities_and_equity: passiver i alt
-- employees: gennemsnitligt antal ansatte
-- filing_id: SHA-256 of the filing it is taken from
-- is_comparative: stated for comparison by the filing of the year after
SELECT
    entity_identifier AS cvr,
    fiscal_year,
    basis,
    max(period_start) AS period_start,
    period_end,
    min(unit[9:]) FILTER (WHERE starts_with(unit, 'iso4217:')) AS currency,
    max(amount) FILTER (WHERE concept = 'Revenue') AS revenue,
    max(amount) FILTER (WHERE concept = 'GrossProfitLoss') AS gross_profit,
    max(amount) FILTER (WHERE concept = 'EmployeeBenefitsExpense') AS employee_expense,
    max(amount) FILTER (WHERE concept = 'ProfitLossFromOrdinaryOperatingActivities')
        AS operating_profit,
    max(amount) FILTER (WHERE concept = 'ProfitLossFromOrdinaryActivitiesBeforeTax')
        AS profit_before_tax,
    max(amount) FILTER (WHERE concept = 'TaxExpense') AS tax_expense,
    max(amount) FILTER (WHERE concept = 'ProfitLoss') AS profit,
    max(amount) FILTER (WHERE concept = 'NoncurrentAssets') AS noncurrent_assets,
    max(amount) FILTER (WHERE concept = 'CurrentAssets') AS current_assets,
    max(amount) FILTER (WHERE concept = 'CashAndCashEquivalents') AS cash,
    max(amount) FILTER (WHERE concept = 'Assets') AS assets,
    max(amount) FILTER (WHERE concept = 'Equity') AS equity,
    max(amount) FILTER (WHERE concept = 'Provisions') AS provisions,
    max(amount) FILTER (WHERE concept = 'LongtermLiabilitiesOtherThanProvisions')
        AS longterm_liabilities,
    max(amount) FILTER (WHERE concept = 'ShorttermLiabilitiesOtherThanProvisions')
        AS shortterm_liabilities,
    max(amount) FILTER (WHERE concept = 'LiabilitiesOtherThanProvisions') AS liabilities,
    max(amount) FILTER (WHERE concept = 'LiabilitiesAndEquity') AS liabilities_and_equity,
    max(amount) FILTER (WHERE concept = 'AverageNumberOfEmployees') AS employees,
    any_value(filing_id) AS filing_id,
    -- Stated for comparison by the filing of the year after, there being none of the year itself.
    bool_or(is_comparative) AS is_comparative
FROM company_figure
WHERE namespace = 'http://xbrl.dcca.dk/fsa'
GROUP BY entity_identifier, fiscal_year, basis, period_end
