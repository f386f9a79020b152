-- Opening balance + movements = closing balance, per account, where the source states
-- both and has vouchers between them; and its own trial balance as read. Connectors land
-- the control totals and leave the telling to this rule, so that each is told once.
WITH stated AS (
  SELECT o.company_id, o.account_code, o.balance_date AS from_date, k.balance_date AS to_date,
    sum(o.amount) AS opening, min(k.amount) AS closing
  FROM opening_balance AS o
  JOIN (
    SELECT company_id, account_code, balance_date, sum(amount) AS amount
    FROM opening_balance WHERE kind = 'closing' AND dimensions IS NULL
    GROUP BY ALL
  ) AS k ON k.company_id = o.company_id AND k.account_code = o.account_code
    AND k.balance_date BETWEEN o.balance_date AND o.balance_date + INTERVAL 18 MONTH
  SEMI JOIN checked_company AS c ON c.company_id = o.company_id
    AND o.balance_date <= c.period_end AND k.balance_date >= c.period_start
  WHERE o.kind = 'opening' AND o.dimensions IS NULL
  GROUP BY o.company_id, o.account_code, o.balance_date, k.balance_date
), span AS (
  SELECT DISTINCT company_id, from_date, to_date FROM stated
), moved AS (
  SELECT s.company_id, s.from_date, s.to_date, p.account_code, sum(p.amount) AS movement
  FROM posting AS p JOIN span AS s ON s.company_id = p.company_id
    AND p.posting_date BETWEEN s.from_date AND s.to_date
  GROUP BY ALL
), compared AS (
  SELECT s.*, coalesce(m.movement, 0) AS movement
  FROM stated AS s
  SEMI JOIN (SELECT DISTINCT company_id, from_date, to_date FROM moved)
    USING (company_id, from_date, to_date)
  LEFT JOIN moved AS m USING (company_id, from_date, to_date, account_code)
), mismatch AS (
  SELECT * FROM compared WHERE opening + movement <> closing
), stated_at AS (
  SELECT company_id, subject AS account_code, declared AS closing, min(where_found) AS where_found
  FROM control_total WHERE kind = 'trial_balance' GROUP BY ALL
)
SELECT b.company_id,
  'account ' || b.account_code || ', ' || CAST(b.from_date AS VARCHAR) || ' to '
    || CAST(b.to_date AS VARCHAR) || coalesce(' (' || a.where_found || ')', '') AS place,
  'Account ' || b.account_code || ': opening balance ' || money_text(b.opening)
    || ' on ' || CAST(b.from_date AS VARCHAR) || ' and movements of ' || money_text(b.movement)
    || ' make ' || money_text(b.opening + b.movement) || ', but the source states a closing '
    || 'balance of ' || money_text(b.closing) || ' on ' || CAST(b.to_date AS VARCHAR)
    || '.' AS message,
  'Vouchers may be missing from the source or the export; export the whole year again.' AS remedy,
  NULL AS voucher_id, NULL AS line_id,
  CAST(b.closing AS VARCHAR) AS expected, CAST(b.opening + b.movement AS VARCHAR) AS found
FROM mismatch AS b LEFT JOIN stated_at AS a USING (company_id, account_code, closing)
UNION ALL
SELECT t.company_id,
  t.subject || ' (' || t.where_found || ')',
  'The source states a balance of ' || money_text(t.declared) || ' for ' || t.subject
    || ', but ' || money_text(t.found) || ' follows from what was read (' || t.where_found || ').',
  'Vouchers may be missing from the source or the export; export the whole year again.',
  NULL, NULL, CAST(t.declared AS VARCHAR), CAST(t.found AS VARCHAR)
FROM control_total AS t SEMI JOIN checked_company AS c USING (company_id)
WHERE t.kind = 'trial_balance' AND t.declared <> t.found
  -- said above, where the ledger's own balances of the account do not agree either
  AND (t.company_id, t.subject) NOT IN (SELECT company_id, account_code FROM mismatch)
