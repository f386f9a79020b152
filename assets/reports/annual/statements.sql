-- From the fiscal year's entries to the items of the statements.
-- Reads annual_entry, annual_year, annual_map (annual_account, empty as null),
-- annual_field(field_no, concept, sign), annual_gross(income_form, concept),
-- annual_distribution(concept, field) and the inputs; makes report_contribution, whose
-- amounts have the sign as reported.

-- The concept of each account at the end of its year. An account whose balance is on the other
-- side (a bank account overdrawn, VAT to get back) goes where that side belongs; accounts that
-- are settled together are netted before the side is known.
-- Source: årsregnskabsloven § 13 stk. 1 nr. 8 (no set-off between accounts), § 23.
CREATE OR REPLACE TEMP TABLE annual_account_balance AS
SELECT year_no, account_code, any_value(standard_account_code) AS standard_account_code,
       any_value(side) AS side, sum(amount) AS amount,
       coalesce(sum(amount) FILTER (part = 'opening'), 0) AS opening
FROM annual_entry
GROUP BY year_no, account_code;

CREATE OR REPLACE TEMP TABLE annual_account_line AS
WITH mapped AS (
  SELECT b.year_no, b.account_code, b.side, b.amount, b.opening, m.netting,
         CASE y.balance_form WHEN 'current' THEN m.when_debit_current ELSE m.when_debit END
           AS when_debit,
         CASE y.balance_form WHEN 'current' THEN m.when_credit_current ELSE m.when_credit END
           AS when_credit,
         m.equity_component, m.equity_movement, m.movement_credit, m.movement_debit,
         CASE WHEN b.side = 'result' AND y.income_form = 'function' THEN m.concept_function
              WHEN b.side <> 'result' AND y.balance_form = 'current'
                THEN coalesce(m.balance_current_concept, m.concept_nature)
              ELSE m.concept_nature END AS concept,
         y.income_form, y.is_condensed,
         CASE WHEN m.netting = 'account' THEN b.account_code ELSE m.netting END AS netted_with
  FROM annual_account_balance b
  JOIN annual_year y USING (year_no)
  JOIN annual_map m ON m.account_code = b.standard_account_code
),
netted AS (
  SELECT *, sum(amount) OVER (PARTITION BY year_no, netting, netted_with) AS net
  FROM mapped
)
SELECT n.* EXCLUDE (concept, net, netted_with),
       CASE WHEN g.concept IS NOT NULL THEN 'fsa:GrossProfitLoss'
            WHEN n.netting IS NOT NULL AND n.net > 0 THEN coalesce(n.when_debit, n.concept)
            WHEN n.netting IS NOT NULL AND n.net < 0 THEN coalesce(n.when_credit, n.concept)
            ELSE n.concept END AS concept
FROM netted n
LEFT JOIN annual_gross g
  ON n.is_condensed AND n.side = 'result' AND g.income_form = n.income_form
 AND g.concept = n.concept;

-- Dividend proposed for the year but not booked, and last year's that the books still hold
-- among retained earnings: people say the one, last year's report the other.
-- Where more was paid than was set aside, the rest is extraordinary dividend of the year's result.
-- Source: årsregnskabsloven § 31.
CREATE OR REPLACE TEMP TABLE annual_dividend AS
WITH held AS (
  SELECT year_no, -sum(amount) AS amount, -sum(opening) AS opening
  FROM annual_account_line WHERE concept = 'fsa:ProposedDividendRecognisedInEquity'
  GROUP BY year_no
),
stated AS (
  SELECT company_id, period_end, subject, any_value(amount) AS amount
  FROM annual_number WHERE field = 'fsa:ProposedDividendRecognisedInEquity' GROUP BY ALL
),
filed AS (
  SELECT company_id, period_end, any_value(amount) AS amount
  FROM annual_previous
  WHERE field = 'fsa:ProposedDividendRecognisedInEquity' AND subject = '' GROUP BY ALL
)
SELECT y.year_no, coalesce(h.amount, 0) AS booked, s.amount AS stated,
       CASE WHEN s.amount IS NOT NULL OR h.amount < 0
            THEN coalesce(s.amount, 0) - coalesce(h.amount, 0) ELSE 0 END AS proposed,
       greatest(-coalesce(h.amount, 0), 0) AS extraordinary,
       coalesce(h.opening, 0) AS opening,
       coalesce(coalesce(r.amount, f.amount) - coalesce(h.opening, 0), 0) AS carried
FROM annual_year y
LEFT JOIN held h USING (year_no)
LEFT JOIN stated s ON s.company_id = y.company_id AND s.period_end = y.year_end AND s.subject = ''
LEFT JOIN stated r
  ON r.company_id = y.company_id AND r.period_end = y.year_end AND r.subject = 'previous'
LEFT JOIN filed f ON f.company_id = y.company_id AND f.period_end = y.year_end
WHERE y.which = '';

-- Equity restated for the year before: what the correction comes to, per component.
-- Source: årsregnskabsloven §§ 51 and 52 stk. 2 (effect on equity at the year's beginning).
CREATE OR REPLACE TEMP TABLE annual_restated AS
WITH opened AS (
  SELECT year_no, concept, -sum(opening) AS opening FROM annual_account_line
  WHERE side = 'equity' GROUP BY ALL
)
SELECT y.year_no, n.field AS concept,
       n.amount - coalesce(f.amount, o.opening, 0) AS amount
FROM annual_number n
JOIN annual_year y ON y.company_id = n.company_id AND y.year_end = n.period_end AND y.which = ''
LEFT JOIN annual_previous f
  ON f.company_id = n.company_id AND f.period_end = n.period_end AND f.subject = ''
 AND f.field = n.field
LEFT JOIN opened o ON o.year_no = y.year_no AND o.concept = n.field
WHERE n.subject = 'previous'
  AND n.field IN (SELECT DISTINCT concept_nature FROM annual_map
                  WHERE equity_component IS NOT NULL)
  AND n.field <> 'fsa:ProposedDividendRecognisedInEquity';

-- What a voucher does to each component of equity, and which movement that is.
CREATE OR REPLACE TEMP TABLE annual_equity_voucher AS
WITH voucher AS (
  SELECT year_no, voucher_id, bool_and(side = 'equity') AS is_within
  FROM annual_entry
  WHERE part = 'movement'
    AND (year_no, voucher_id) IN (SELECT year_no, voucher_id FROM annual_entry
                                  WHERE side = 'equity' AND part = 'movement')
  GROUP BY year_no, voucher_id
),
net AS (
  SELECT e.year_no, e.voucher_id, a.concept, -sum(e.amount) AS amount,
         min(a.movement_credit) AS movement_credit,
         min(a.movement_debit) AS movement_debit
  FROM annual_entry e JOIN annual_account_line a USING (year_no, account_code)
  WHERE e.side = 'equity' AND e.part = 'movement'
  GROUP BY e.year_no, e.voucher_id, a.concept
),
said AS (
  SELECT n.*, v.is_within,
         bool_or(n.concept = 'fsa:ProposedDividendRecognisedInEquity' AND n.amount > 0)
           OVER (PARTITION BY n.year_no, n.voucher_id) AS is_proposal
  FROM net n JOIN voucher v USING (year_no, voucher_id)
)
SELECT s.year_no, s.voucher_id, s.concept,
       CASE WHEN s.is_within AND s.is_proposal THEN 'fsa:ProfitLoss'
            WHEN s.concept = 'fsa:ProposedDividendRecognisedInEquity'
              THEN CASE WHEN s.amount > 0 THEN 'fsa:ProfitLoss'
                        WHEN d.extraordinary > 0 AND d.opening + d.carried = 0
                          THEN 'fsa:ExtraordinaryDividendPaid'
                        ELSE 'fsa:DividendPaid' END
            WHEN s.is_within THEN 'fsa:EquityTransfersToReserves'
            WHEN s.concept = 'fsa:RetainedEarnings' AND s.amount = -d.carried
              THEN 'fsa:DividendPaid'
            WHEN s.amount >= 0 THEN s.movement_credit
            ELSE s.movement_debit END AS movement
FROM said s LEFT JOIN annual_dividend d USING (year_no);

-- Equity, entry by entry: its component, and whether it opened the year or which movement it is.
-- Credit positive. Results of years not closed belong to retained earnings; the year's own
-- stands there account by account (`result:<account>`), less what closing entries moved.
CREATE OR REPLACE TEMP TABLE annual_equity_part AS
SELECT e.year_no, a.concept,
       CASE e.part WHEN 'opening' THEN 'opening' WHEN 'closing' THEN 'fsa:ProfitLoss'
            ELSE coalesce(f.concept, 'fsa:OtherAdjustmentsOfEquity') END AS movement,
       e.voucher_id, e.line_id, CAST(-e.amount AS DECIMAL(18,2)) AS amount
FROM annual_entry e
JOIN annual_account_line a USING (year_no, account_code)
LEFT JOIN annual_equity_voucher v
  ON v.year_no = e.year_no AND v.voucher_id = e.voucher_id AND v.concept = a.concept
LEFT JOIN annual_field f ON f.concept = v.movement
WHERE e.side = 'equity'
UNION ALL
SELECT year_no, 'fsa:RetainedEarnings', 'opening', voucher_id, line_id, -amount
FROM annual_entry WHERE side = 'result' AND part = 'opening'
UNION ALL
SELECT e.year_no, 'fsa:RetainedEarnings', 'fsa:ProfitLoss', 'result:' || e.account_code,
       CAST(y.year_end AS VARCHAR), CAST(-sum(e.amount) AS DECIMAL(18,2))
FROM annual_entry e JOIN annual_year y USING (year_no)
WHERE e.side = 'result' AND e.part <> 'opening'
GROUP BY e.year_no, e.account_code, y.year_end
HAVING sum(e.amount) <> 0
UNION ALL
SELECT d.year_no, m.concept, m.movement, m.voucher_id, '', CAST(m.sign * d.proposed AS DECIMAL(18,2))
FROM annual_dividend d
CROSS JOIN (VALUES
  ('fsa:ProposedDividendRecognisedInEquity', 'fsa:ProfitLoss', 'stated:dividend', 1),
  ('fsa:RetainedEarnings', 'fsa:ProfitLoss', 'stated:dividend', -1)
) m(concept, movement, voucher_id, sign)
WHERE d.proposed <> 0
UNION ALL
SELECT d.year_no, m.concept, m.movement, m.voucher_id, m.line_id,
       CAST(m.sign * d.carried AS DECIMAL(18,2))
FROM annual_dividend d
CROSS JOIN (VALUES
  ('fsa:ProposedDividendRecognisedInEquity', 'opening', 'previous:dividend', 'proposed', 1),
  ('fsa:RetainedEarnings', 'opening', 'previous:dividend', 'proposed', -1),
  ('fsa:ProposedDividendRecognisedInEquity', 'fsa:DividendPaid', 'previous:dividend', 'paid', -1),
  ('fsa:RetainedEarnings', 'fsa:DividendPaid', 'previous:dividend', 'paid', 1)
) m(concept, movement, voucher_id, line_id, sign)
WHERE d.carried <> 0
UNION ALL
SELECT r.year_no, r.concept, m.movement, 'restated:' || r.concept, m.line_id,
       CAST(m.sign * r.amount AS DECIMAL(18,2))
FROM annual_restated r
CROSS JOIN (VALUES ('opening', 'opening', 1), ('fsa:OtherAdjustmentsOfEquity', 'booked', -1)
) m(movement, line_id, sign)
WHERE r.amount <> 0;

CREATE OR REPLACE TEMP TABLE annual_component AS
SELECT concept_nature AS concept, min(replace(equity_component, 'fsa:', '')) AS member
FROM annual_map WHERE equity_component IS NOT NULL GROUP BY concept_nature;

CREATE OR REPLACE TEMP TABLE report_contribution AS
-- income statement: everything but what closed the accounts
SELECT y.report_no, y.which AS subject, f.field_no, e.voucher_id, e.line_id,
       CAST(0 AS SMALLINT) AS seq, CAST(f.sign * e.amount AS DECIMAL(18,2)) AS amount
FROM annual_entry e
JOIN annual_year y USING (year_no)
JOIN annual_account_line a USING (year_no, account_code)
JOIN annual_field f ON f.concept = a.concept
WHERE e.side = 'result' AND e.part = 'movement'
UNION ALL
-- balance sheet: what opened the year and everything since
SELECT y.report_no, y.which, f.field_no, e.voucher_id, e.line_id, 0,
       CAST(f.sign * e.amount AS DECIMAL(18,2))
FROM annual_entry e
JOIN annual_year y USING (year_no)
JOIN annual_account_line a USING (year_no, account_code)
JOIN annual_field f ON f.concept = a.concept
WHERE e.side = 'balance'
UNION ALL
SELECT y.report_no, y.which, f.field_no, p.voucher_id, p.line_id, 0,
       CAST(-f.sign * p.amount AS DECIMAL(18,2))
FROM annual_equity_part p
JOIN annual_year y USING (year_no)
JOIN annual_field f ON f.concept = p.concept
UNION ALL
-- equity statement, per component
SELECT y.report_no,
       CASE p.movement WHEN 'opening' THEN 'opening;' ELSE '' END || 'component=' || c.member,
       f.field_no, p.voucher_id, p.line_id, 0,
       CAST(-f.sign * p.amount AS DECIMAL(18,2))
FROM annual_equity_part p
JOIN annual_year y USING (year_no)
JOIN annual_component c USING (concept)
JOIN annual_field f
  ON f.concept = CASE p.movement WHEN 'opening' THEN 'fsa:Equity' ELSE p.movement END
WHERE y.which = ''
UNION ALL
-- proposed distribution of the result; the dividend is the balance sheet's own item
SELECT y.report_no, '', f.field_no, p.voucher_id, p.line_id, 0,
       CAST(-f.sign * p.amount AS DECIMAL(18,2))
FROM annual_equity_part p
JOIN annual_year y USING (year_no)
JOIN annual_distribution x ON x.concept = p.concept
JOIN annual_field f ON f.concept = x.field
WHERE y.which = '' AND p.movement = 'fsa:ProfitLoss'
UNION ALL
SELECT y.report_no, '', f.field_no, 'stated:dividend', 'extraordinary', 0,
       CAST(d.extraordinary AS DECIMAL(18,2))
FROM annual_dividend d
JOIN annual_year y USING (year_no)
JOIN annual_field f ON f.concept = 'fsa:ProposedExtraordinaryDividendRecognisedInEquity'
WHERE d.extraordinary > 0;
