-- A posting on a VAT account (output, abroad, input) without a VAT code is VAT that
-- is in the books and in no field. Vouchers that settle the VAT accounts (they touch
-- the settlement account) are meant so. An account whose uncoded postings cancel
-- out, as after a reversal, is in order.
WITH on_account AS (
  SELECT p.company_id, p.account_code, a.name, p.voucher_id, p.line_id, p.line_no, p.amount
  FROM checked_posting AS p
  JOIN checked_vat_account AS a USING (company_id, account_code)
  WHERE a.vat_role IN ('output', 'output_goods_abroad', 'output_services_abroad', 'input')
    AND p.vat_code IS NULL AND p.amount <> 0
), settling AS (
  SELECT DISTINCT p.company_id, p.voucher_id
  FROM checked_posting AS p
  JOIN checked_vat_account AS a USING (company_id, account_code)
  WHERE a.vat_role = 'settlement'
), uncoded AS (
  SELECT o.*, sum(amount) OVER (PARTITION BY company_id, account_code) AS net
  FROM on_account AS o
  ANTI JOIN checked_tax_line USING (company_id, voucher_id, line_id)
  ANTI JOIN settling USING (company_id, voucher_id)
)
SELECT u.company_id,
  line_place(v.voucher_number, u.line_no, v.where_found) AS place,
  'Voucher ' || v.voucher_number || ', line ' || u.line_no || ' posts ' || money_text(u.amount)
    || ' ' || c.base_currency || ' on VAT account ' || u.account_code || ' (' || u.name
    || ') without a VAT code, so it is in no field of the return (' || v.where_found
    || ').' AS message,
  'Give the posting its VAT code, or move it to the VAT settlement account, in the bookkeeping '
    || 'system, then run `indberet pull`.' AS remedy,
  u.voucher_id, u.line_id, 'a VAT code' AS expected, 'none' AS found
FROM uncoded AS u
JOIN checked_company AS c USING (company_id)
JOIN checked_voucher AS v USING (company_id, voucher_id)
WHERE u.net <> 0
