-- A company's year as one row: who it is, what its annual report says of the company alone, its
-- VAT, its score. Amounts as reported, in `currency`; `net_vat` is in kroner, of VAT periods that
-- end in the fiscal year. A figure that the report does not have is null.
--
-- cvr: the company's CVR number
-- name: its registered name; null where the register does not know it
-- legal_form: as registered
-- division: main industry's first two digits, DB25
-- municipality: municipality code, three digits
-- size: registered employees: 0, 1-9, 10-49, 50-249 or 250+; null where unknown
-- fiscal_year: the year in which the fiscal year ends
-- period_start: first day of the fiscal year
-- period_end: last day of the fiscal year
-- currency: ISO 4217, as reported
-- revenue: nettoomsætning
-- gross_profit: bruttofortjeneste eller bruttotab
-- employee_expense: personaleomkostninger, positive
-- profit_before_tax: ordinært resultat før skat
-- profit: årets resultat
-- assets: aktiver i alt
-- noncurrent_assets: anlægsaktiver
-- current_assets: omsætningsaktiver
-- cash: likvide beholdninger
-- equity: egenkapital
-- shortterm_liabilities: kortfristede gældsforpligtelser
-- liabilities: gældsforpligtelser i alt
-- employees: gennemsnitligt antal ansatte, by the report
-- net_vat: momstilsvar of accepted VAT returns, DKK
-- vat_returns: accepted VAT returns it is added up from
-- points: the company's score in that year
-- is_comparative: stated for comparison by the filing of the year after
-- filing_id: SHA-256 of the annual report
SELECT
    report.cvr,
    company.name,
    company.legal_form,
    company.industry[1:2] AS division,
    company.municipality,
    company_size.size,
    report.fiscal_year,
    report.period_start,
    report.period_end,
    report.currency,
    report.revenue,
    report.gross_profit,
    report.employee_expense,
    report.profit_before_tax,
    report.profit,
    report.assets,
    report.noncurrent_assets,
    report.current_assets,
    report.cash,
    report.equity,
    report.shortterm_liabilities,
    report.liabilities,
    report.employees,
    vat.net_vat,
    coalesce(vat.vat_returns, 0) AS vat_returns,
    score.points,
    report.is_comparative,
    report.filing_id
FROM danish_annual_report AS report
LEFT JOIN registered_company AS company ON company.cvr = report.cvr
LEFT JOIN company_size ON company_size.cvr = report.cvr
LEFT JOIN company_score AS score ON score.cvr = report.cvr AND score.year = report.fiscal_year
LEFT JOIN (
    SELECT
        annual.cvr,
        annual.period_end,
        sum(amount.amount) AS net_vat,
        count(*) AS vat_returns
    FROM danish_annual_report AS annual
    JOIN received_filing AS filing ON filing.cvr = annual.cvr
        AND filing.report_type = 'vat_return' AND filing.status = 'accepted'
        AND filing.period_end BETWEEN annual.period_start AND annual.period_end
    JOIN filed_vat_amount AS amount ON amount.filing_key = filing.filing_key
        AND amount.field = 'MomsAngivelseAfgiftTilsvarBeloeb'
    WHERE annual.basis = 'solo'
    GROUP BY annual.cvr, annual.period_end
) AS vat ON vat.cvr = report.cvr AND vat.period_end = report.period_end
WHERE report.basis = 'solo'
