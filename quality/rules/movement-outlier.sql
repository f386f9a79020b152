-- A movement far from what the company's earlier periods of equal length show: more
-- than six times the median deviation from their median, more than half of the median,
-- and more than 10,000. At least four earlier periods, at most twelve.
WITH monthly AS (
  SELECT p.company_id, p.account_code, CAST(date_trunc('month', p.posting_date) AS DATE) AS month,
    sum(p.amount) AS amount
  FROM posting AS p JOIN checked_company AS c USING (company_id)
  WHERE p.posting_date >= getvariable('checked_start') - INTERVAL 72 MONTH
    AND p.posting_date <= getvariable('checked_end')
    AND p.posting_date BETWEEN c.period_start - INTERVAL (12 * c.months) MONTH AND c.period_end
  GROUP BY ALL
), placed AS (
  SELECT m.company_id, m.account_code, m.amount,
    CAST(ceil(date_diff('month', m.month, c.period_start) / c.months) AS INTEGER) AS ago
  FROM monthly AS m JOIN checked_company AS c USING (company_id)
), history AS (
  SELECT company_id, max(ago) AS periods FROM placed GROUP BY company_id HAVING max(ago) >= 4
), grid AS (
  SELECT a.company_id, a.account_code, g.ago
  FROM (SELECT DISTINCT company_id, account_code FROM placed) AS a
  JOIN history AS h USING (company_id)
  JOIN (SELECT CAST(range AS INTEGER) AS ago FROM range(13)) AS g ON g.ago <= h.periods
), movement AS (
  SELECT g.company_id, g.account_code, g.ago, coalesce(sum(p.amount), 0) AS amount
  FROM grid AS g LEFT JOIN placed AS p USING (company_id, account_code, ago)
  GROUP BY ALL
), median_of AS (
  SELECT company_id, account_code, count(*) AS periods, median(amount) AS middle,
    mad(amount) AS deviation
  FROM movement WHERE ago > 0 GROUP BY company_id, account_code
)
SELECT m.company_id,
  'account ' || m.account_code AS place,
  'Account ' || m.account_code || coalesce(' (' || a.name || ')', '') || ' moved '
    || money_text(m.amount) || ' ' || c.base_currency || ' in the period; the median of the '
    || h.periods || ' periods before is ' || money_text(h.middle) || '.' AS message,
  'Check that the postings on the account belong to this period.' AS remedy,
  NULL AS voucher_id, NULL AS line_id,
  CAST(CAST(h.middle AS DECIMAL(18,2)) AS VARCHAR) AS expected,
  CAST(CAST(m.amount AS DECIMAL(18,2)) AS VARCHAR) AS found
FROM movement AS m
JOIN median_of AS h USING (company_id, account_code)
JOIN checked_company AS c USING (company_id)
LEFT JOIN ledger_account AS a USING (company_id, account_code)
WHERE m.ago = 0 AND a.kind IN ('revenue', 'expense')
  AND abs(m.amount - h.middle) > 10000
  AND abs(m.amount - h.middle) > 0.5 * abs(h.middle)
  AND abs(m.amount - h.middle) > 6 * 1.4826 * h.deviation
