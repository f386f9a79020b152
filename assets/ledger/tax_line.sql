-- Tax lines of the vouchers being rebuilt: from `next_posting` (with `vat_role`,
-- the role of its standard account), `told_tax` (what the source says), `code`
-- (the company's VAT codes with their standard meaning) and `next_voucher`.
--
-- VAT is taken from, in this order, for each voucher, code and leg:
--   1. postings on VAT accounts that carry the code, or that only one code of
--      the voucher can explain;
--   2. the VAT amount the source states on a base posting;
--   3. base × rate × deductible share.
-- Whatever a later step does not use is kept as part `stated`, never counted twice.
CREATE OR REPLACE TEMP TABLE next_tax_line AS
WITH told AS (
    SELECT company_id, voucher_id, line_id, seq, vat_code, source_part, amount, 'source' AS origin
    FROM told_tax
    UNION ALL
    SELECT company_id, voucher_id, line_id, 1, vat_code,
           CASE WHEN vat_role = '' THEN 'base' ELSE 'tax' END, amount, 'derived'
    FROM next_posting p
    WHERE vat_code IS NOT NULL
      AND NOT EXISTS (
          SELECT 1 FROM told_tax t
          WHERE t.company_id = p.company_id AND t.voucher_id = p.voucher_id
            AND t.line_id = p.line_id)
),
placed AS (
    SELECT t.*, p.vat_role, c.standard_vat_code, c.rate, c.share, c.leg,
           c.has_output, c.has_input, c.is_sale, c.computes,
           CASE
               WHEN t.source_part = 'base' THEN
                   CASE WHEN c.leg = 'input' AND c.standard_has_output THEN 'stated' ELSE 'base' END
               WHEN c.standard_vat_code IS NULL THEN 'tax'
               WHEN c.leg IS NOT NULL THEN c.leg
               WHEN c.has_output AND NOT c.has_input THEN 'output'
               WHEN c.has_input AND NOT c.has_output THEN 'input'
               WHEN p.vat_role = 'input' THEN 'input'
               WHEN p.vat_role LIKE 'output%' THEN 'output'
               WHEN NOT c.has_output AND c.is_sale THEN 'output'
               WHEN NOT c.has_output THEN 'input'
               ELSE 'both'
           END AS part
    FROM told t
    JOIN (SELECT company_id, voucher_id, line_id, vat_role FROM next_posting) p
    USING (company_id, voucher_id, line_id)
    LEFT JOIN code c USING (company_id, vat_code)
),
-- VAT account postings without a code, in vouchers where exactly one code fits the account.
candidate AS (
    SELECT DISTINCT b.company_id, b.voucher_id, b.vat_code, r.role, r.leg
    FROM placed b
    JOIN code c USING (company_id, vat_code)
    JOIN (VALUES ('output', 'output', 'MomsAngivelseSalgsMomsBeloeb'),
                 ('output_goods_abroad', 'output', 'MomsAngivelseMomsEUKoebBeloeb'),
                 ('output_services_abroad', 'output', 'MomsAngivelseMomsEUYdelserBeloeb'),
                 ('input', 'input', '')) r(role, leg, field)
      ON (r.leg = 'output' AND c.output_field = r.field) OR (r.leg = 'input' AND c.has_input)
    WHERE b.source_part = 'base'
),
adopted AS (
    SELECT p.company_id, p.voucher_id, p.line_id, p.amount,
           any_value(k.vat_code) AS vat_code, any_value(k.leg) AS part
    FROM next_posting p
    JOIN candidate k ON k.company_id = p.company_id AND k.voucher_id = p.voucher_id
                    AND k.role = p.vat_role
    WHERE p.vat_role <> ''
      AND NOT EXISTS (
          SELECT 1 FROM told t
          WHERE t.company_id = p.company_id AND t.voucher_id = p.voucher_id
            AND t.line_id = p.line_id)
    GROUP BY ALL
    HAVING count(DISTINCT k.vat_code) = 1
),
posted_leg AS (
    SELECT DISTINCT company_id, voucher_id, vat_code, part FROM adopted
    UNION
    SELECT DISTINCT company_id, voucher_id, vat_code, part FROM placed
    WHERE source_part = 'tax' AND vat_role <> '' AND part IN ('output', 'input')
),
flagged AS (
    SELECT p.*,
           o.part IS NOT NULL AS output_is_posted,
           i.part IS NOT NULL AS input_is_posted
    FROM placed p
    LEFT JOIN posted_leg o ON o.company_id = p.company_id AND o.voucher_id = p.voucher_id
         AND o.vat_code = p.vat_code AND o.part = 'output'
    LEFT JOIN posted_leg i ON i.company_id = p.company_id AND i.voucher_id = p.voucher_id
         AND i.vat_code = p.vat_code AND i.part = 'input'
),
stated_leg AS (
    SELECT DISTINCT company_id, voucher_id, vat_code FROM placed
    WHERE source_part = 'tax' AND vat_role = '' AND standard_vat_code IS NOT NULL
),
told_line AS (
    SELECT company_id, voucher_id, line_id, seq, vat_code, source_part, amount, origin,
           CASE
               WHEN part = 'both' THEN 'stated'
               WHEN source_part = 'tax' AND vat_role = '' AND part = 'output'
                    AND output_is_posted THEN 'stated'
               WHEN source_part = 'tax' AND vat_role = '' AND part = 'input'
                    AND input_is_posted THEN 'stated'
               ELSE part
           END AS part
    FROM flagged
),
stated_both AS (
    SELECT company_id, voucher_id, line_id, seq + 100 AS seq, vat_code, 'tax' AS source_part,
           -amount AS amount, 'derived' AS origin, 'output' AS part
    FROM flagged WHERE part = 'both' AND NOT output_is_posted AND has_output
    UNION ALL
    SELECT company_id, voucher_id, line_id, seq + 200, vat_code, 'tax',
           CAST(round(amount::DECIMAL(20,2) * share, 2) AS DECIMAL(18,2)), 'derived', 'input'
    FROM flagged
    WHERE part = 'both' AND NOT input_is_posted AND has_input AND share IS NOT NULL
),
computed AS (
    SELECT company_id, voucher_id, line_id, seq + 300 AS seq, vat_code, 'tax' AS source_part,
           CAST(round(CASE WHEN is_sale THEN amount ELSE -amount END::DECIMAL(20,2) * rate, 2)
                AS DECIMAL(18,2)) AS amount,
           'derived' AS origin, 'output' AS part
    FROM flagged f
    WHERE part = 'base' AND computes AND has_output AND NOT output_is_posted
      AND NOT EXISTS (SELECT 1 FROM stated_leg s WHERE s.company_id = f.company_id
                      AND s.voucher_id = f.voucher_id AND s.vat_code = f.vat_code)
    UNION ALL
    SELECT company_id, voucher_id, line_id, seq + 400, vat_code, 'tax',
           CAST(round(amount::DECIMAL(20,2) * rate * share, 2) AS DECIMAL(18,2)), 'derived', 'input'
    FROM flagged f
    WHERE part = 'base' AND computes AND has_input AND share IS NOT NULL AND NOT input_is_posted
      AND NOT EXISTS (SELECT 1 FROM stated_leg s WHERE s.company_id = f.company_id
                      AND s.voucher_id = f.voucher_id AND s.vat_code = f.vat_code)
),
line AS (
    SELECT * FROM told_line
    UNION ALL
    SELECT company_id, voucher_id, line_id, 1, vat_code, 'tax', amount, 'derived', part FROM adopted
    UNION ALL
    SELECT * FROM stated_both
    UNION ALL
    SELECT * FROM computed
),
voucher_party AS (
    SELECT company_id, voucher_id, any_value(party_id) AS party_id
    FROM next_posting WHERE party_id IS NOT NULL
    GROUP BY ALL HAVING count(DISTINCT party_id) = 1
)
SELECT l.company_id, l.voucher_id, l.line_id, l.seq, p.posting_date, l.vat_code,
       c.standard_vat_code, l.part, l.source_part, l.amount, c.rate,
       coalesce(p.party_id, vp.party_id, v.document_party_id) AS party_id,
       l.origin, p.connection_id, p.source_id, p.load_id
FROM line l
JOIN (SELECT * EXCLUDE (vat_code) FROM next_posting) p USING (company_id, voucher_id, line_id)
JOIN (SELECT company_id, voucher_id, document_party_id FROM next_voucher) v
USING (company_id, voucher_id)
LEFT JOIN voucher_party vp USING (company_id, voucher_id)
LEFT JOIN code c USING (company_id, vat_code)
