-- Every voucher sums to zero, exactly.
WITH unbalanced AS (
  SELECT company_id, voucher_id,
    coalesce(sum(amount) FILTER (amount > 0), 0) AS debit,
    -coalesce(sum(amount) FILTER (amount < 0), 0) AS credit
  FROM checked_posting
  GROUP BY company_id, voucher_id
  HAVING sum(amount) <> 0
)
SELECT u.company_id,
  voucher_place(v.voucher_number, v.where_found) AS place,
  'Voucher ' || v.voucher_number || ' does not balance: debit ' || money_text(u.debit)
    || ', credit ' || money_text(u.credit) || ' ' || c.base_currency
    || ' (' || v.where_found || ').' AS message,
  'Add the missing posting or correct the amount in the bookkeeping system, '
    || 'then run `indberet pull`.' AS remedy,
  u.voucher_id, NULL AS line_id,
  CAST(u.debit AS VARCHAR) AS expected, CAST(u.credit AS VARCHAR) AS found
FROM unbalanced AS u
JOIN checked_company AS c USING (company_id)
JOIN checked_voucher AS v USING (company_id, voucher_id)
