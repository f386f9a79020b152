-- Foreign amount × rate is the amount in the base currency. Tolerance: one øre, or
-- what rounding the rate to six figures can do; without a rate only the sign.
WITH off AS (
  SELECT company_id, voucher_id, line_id, line_no, amount, amount_currency, currency, rate,
    CAST(CAST(amount_currency AS DECIMAL(18,4)) * CAST(rate AS DECIMAL(18,8)) AS DECIMAL(38,2))
      AS computed
  FROM checked_posting
  WHERE amount_currency IS NOT NULL AND currency IS NOT NULL
    AND (sign(amount) * sign(amount_currency) < 0
      OR abs(amount - CAST(amount_currency AS DECIMAL(18,4)) * CAST(rate AS DECIMAL(18,8)))
        > 0.01 + 0.000005 * abs(amount))
)
SELECT o.company_id,
  line_place(v.voucher_number, o.line_no, v.where_found) AS place,
  'Voucher ' || v.voucher_number || ', line ' || o.line_no || ': ' || money_text(o.amount_currency)
    || ' ' || o.currency
    || CASE WHEN o.rate IS NULL THEN '' ELSE ' at the rate '
       || rtrim(rtrim(CAST(o.rate AS VARCHAR), '0'), '.') || ' is '
       || money_text(o.computed) || ' ' || c.base_currency END
    || ', but ' || money_text(o.amount) || ' ' || c.base_currency || ' is posted ('
    || v.where_found || ').' AS message,
  'Correct the rate or the amount in the bookkeeping system, then run `indberet pull`; the rate '
    || 'is ' || c.base_currency || ' per one ' || o.currency || '.' AS remedy,
  o.voucher_id, o.line_id,
  CAST(o.computed AS VARCHAR) AS expected, CAST(o.amount AS VARCHAR) AS found
FROM off AS o
JOIN checked_company AS c USING (company_id)
JOIN checked_voucher AS v USING (company_id, voucher_id)
