-- Invoices that came without vouchers (from a connection that books nothing), and the
-- vouchers of the company's books that carry their numbers. Reads checked_company.
CREATE OR REPLACE TEMP MACRO number_key(x) AS
  regexp_replace(regexp_replace(upper(x), '[^0-9A-ZÆØÅ]', '', 'g'), '^0+(.)', '\1');
CREATE OR REPLACE TEMP MACRO number_digits(x) AS nullif(regexp_replace(x, '[^0-9]', '', 'g'), '');

CREATE OR REPLACE TEMP TABLE dated_document AS
SELECT d.company_id, d.connection_id, d.document_id, d.number, d.document_date, d.total,
  coalesce(d.currency, c.base_currency) AS currency, replace(d.kind, '_', ' ') AS kind,
  starts_with(d.kind, 'sales') AS is_sale, number_key(d.number) AS key, b.name AS party_name,
  number_digits(b.vat_number) AS vat_number, number_digits(b.registration_number) AS register_number
FROM source_document AS d
JOIN checked_company AS c USING (company_id)
LEFT JOIN party AS b USING (company_id, party_id)
WHERE d.document_date BETWEEN c.period_start AND c.period_end AND d.total <> 0
  AND d.kind IN ('sales_invoice', 'sales_credit_note', 'purchase_invoice', 'purchase_credit_note');

-- A connection that books vouchers books its own documents.
CREATE OR REPLACE TEMP TABLE checked_document AS
SELECT * EXCLUDE (connection_id) FROM dated_document AS d
ANTI JOIN (
  SELECT DISTINCT v.company_id, v.connection_id FROM voucher AS v
  SEMI JOIN dated_document AS d USING (company_id, connection_id)
  WHERE v.posting_date BETWEEN getvariable('checked_start') - INTERVAL 1 YEAR
    AND getvariable('checked_end') + INTERVAL 3 MONTH
) AS k ON k.company_id = d.company_id AND k.connection_id = d.connection_id;

-- Vouchers by number: one that carries it as its document, or is numbered so itself.
CREATE OR REPLACE TEMP TABLE document_candidate AS
WITH numbered AS (
  SELECT company_id, voucher_id, voucher_number, posting_date, where_found,
    unnest([number_key(document_id), number_key(voucher_number)]) AS key
  FROM voucher SEMI JOIN checked_document USING (company_id)
  WHERE posting_date >= getvariable('checked_start') - INTERVAL 3 MONTH
)
SELECT DISTINCT d.company_id, d.document_id, n.voucher_id, n.voucher_number, n.posting_date,
  n.where_found
FROM checked_document AS d JOIN numbered AS n USING (company_id, key)
WHERE d.key <> '';

-- What a candidate books: its side of the trade, its parties and the amounts it shows.
CREATE OR REPLACE TEMP TABLE document_match AS
WITH line AS (
  SELECT p.company_id, p.voucher_id, p.account_code, p.amount, p.currency, p.amount_currency,
    coalesce(s.kind, a.kind) AS account_kind, coalesce(t.code, '') AS code,
    number_digits(b.vat_number) AS vat_number,
    number_digits(b.registration_number) AS register_number
  FROM posting AS p
  SEMI JOIN document_candidate AS k ON k.company_id = p.company_id AND k.voucher_id = p.voucher_id
  LEFT JOIN (SELECT DISTINCT company_id, account_code, standard_account_code, kind
             FROM ledger_account) AS a USING (company_id, account_code)
  LEFT JOIN (SELECT DISTINCT account_code, kind FROM standard_account) AS s
    ON s.account_code = a.standard_account_code
  LEFT JOIN party AS b USING (company_id, party_id)
  LEFT JOIN (
    SELECT company_id, voucher_id, line_id, left(min(standard_vat_code), 1) AS code
    FROM tax_line WHERE part = 'base' AND standard_vat_code IS NOT NULL
      AND posting_date >= getvariable('checked_start') - INTERVAL 3 MONTH
    GROUP BY ALL
  ) AS t ON t.company_id = p.company_id AND t.voucher_id = p.voucher_id AND t.line_id = p.line_id
  WHERE p.posting_date >= getvariable('checked_start') - INTERVAL 3 MONTH
), fact AS (
  SELECT company_id, voucher_id,
    bool_or(account_kind = 'revenue' OR code = 'S') AS sells,
    bool_or(account_kind IN ('expense', 'asset') OR code = 'K') AS buys,
    bool_or(account_kind IS NULL) AS is_unknown,
    sum(amount) FILTER (account_kind = 'revenue' OR code = 'S') AS sold,
    sum(amount) FILTER (account_kind = 'expense' OR code = 'K') AS bought,
    list(DISTINCT vat_number) FILTER (vat_number IS NOT NULL) AS vat_numbers,
    list(DISTINCT register_number) FILTER (register_number IS NOT NULL) AS register_numbers
  FROM line GROUP BY ALL
), shown AS (
  SELECT l.company_id, l.voucher_id, c.base_currency AS currency, l.amount
  FROM line AS l JOIN checked_company AS c USING (company_id)
  UNION ALL
  SELECT l.company_id, l.voucher_id, c.base_currency, sum(l.amount)
  FROM line AS l JOIN checked_company AS c USING (company_id)
  GROUP BY l.company_id, l.voucher_id, c.base_currency, l.account_code
  UNION ALL
  SELECT l.company_id, l.voucher_id, c.base_currency, sum(l.amount) FILTER (l.amount > 0)
  FROM line AS l JOIN checked_company AS c USING (company_id)
  GROUP BY l.company_id, l.voucher_id, c.base_currency
  UNION ALL
  SELECT company_id, voucher_id, currency, amount_currency FROM line WHERE currency IS NOT NULL
  UNION ALL
  SELECT company_id, voucher_id, currency, sum(amount_currency) FROM line
  WHERE currency IS NOT NULL GROUP BY company_id, voucher_id, currency, account_code
), nearest AS (
  -- The largest amount shown is what a person sees as the voucher's.
  SELECT d.company_id, d.document_id, s.voucher_id,
    bool_or(abs(abs(s.amount) - abs(d.total)) <= 1) AS has_amount, max(abs(s.amount)) AS booked
  FROM checked_document AS d
  JOIN document_candidate USING (company_id, document_id)
  JOIN shown AS s ON s.company_id = d.company_id AND s.voucher_id = document_candidate.voucher_id
    AND s.currency = d.currency
  GROUP BY ALL
)
SELECT d.company_id, d.document_id, k.voucher_id, k.voucher_number, k.posting_date, k.where_found,
  coalesce(n.has_amount, false) AS has_amount, n.booked,
  CASE WHEN d.is_sale THEN sign(f.sold) = sign(d.total)
    ELSE sign(f.bought) = -sign(d.total) END AS is_turned
FROM checked_document AS d
JOIN document_candidate AS k USING (company_id, document_id)
JOIN fact AS f ON f.company_id = d.company_id AND f.voucher_id = k.voucher_id
LEFT JOIN nearest AS n ON n.company_id = d.company_id AND n.document_id = d.document_id
  AND n.voucher_id = k.voucher_id
WHERE (CASE WHEN d.is_sale THEN f.sells ELSE f.buys AND NOT coalesce(f.sells, false) END
    OR f.is_unknown)
  -- Another party's voucher, where numbers of one kind are known on both sides and none agree.
  AND coalesce(list_contains(f.vat_numbers, d.vat_number)
    OR list_contains(f.register_numbers, d.register_number),
    list_contains(f.vat_numbers, d.vat_number),
    list_contains(f.register_numbers, d.register_number), true)
QUALIFY row_number() OVER (PARTITION BY d.company_id, d.document_id
  ORDER BY has_amount DESC, abs(k.posting_date - d.document_date), k.voucher_id) = 1;
