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
    SELECT posting_no, voucher_no, seq, vat_code, code_no, source_part, amount, 'source' AS origin
    FROM told_tax
    UNION ALL
    SELECT posting_no, voucher_no, 1, vat_code, code_no,
           CASE WHEN vat_role = '' THEN 'base' ELSE 'tax' END, amount, 'derived'
    FROM next_posting
    ANTI JOIN told_tax USING (posting_no)
    WHERE vat_code IS NOT NULL
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
    JOIN (SELECT posting_no, vat_role FROM next_posting) p USING (posting_no)
    LEFT JOIN (SELECT * EXCLUDE (company_id, vat_code) FROM code) c USING (code_no)
),
-- VAT account postings without a code, in vouchers where exactly one code fits the account.
candidate AS (
    SELECT DISTINCT b.voucher_no, b.vat_code, b.code_no, r.role, r.leg
    FROM placed b
    JOIN (SELECT code_no, output_field, has_input FROM code) c USING (code_no)
    JOIN (VALUES ('output', 'output', 'MomsAngivelseSalgsMomsBeloeb'),
                 ('output_goods_abroad', 'output', 'MomsAngivelseMomsEUKoebBeloeb'),
                 ('output_services_abroad', 'output', 'MomsAngivelseMomsEUYdelserBeloeb'),
                 ('input', 'input', '')) r(role, leg, field)
      ON (r.leg = 'output' AND c.output_field = r.field) OR (r.leg = 'input' AND c.has_input)
    WHERE b.source_part = 'base'
),
adopted AS (
    SELECT p.posting_no, p.voucher_no, p.amount, any_value(k.vat_code) AS vat_code,
           any_value(k.code_no) AS code_no, any_value(k.leg) AS part
    FROM (SELECT posting_no, voucher_no, amount, vat_role FROM next_posting
          ANTI JOIN told USING (posting_no) WHERE vat_role <> '') p
    JOIN candidate k ON k.voucher_no = p.voucher_no AND k.role = p.vat_role
    GROUP BY ALL
    HAVING count(DISTINCT k.code_no) = 1
),
posted_leg AS (
    SELECT voucher_no, code_no, part FROM adopted
    UNION
    SELECT voucher_no, code_no, part FROM placed
    WHERE source_part = 'tax' AND vat_role <> '' AND part IN ('output', 'input')
),
flagged AS (
    SELECT p.*,
           o.part IS NOT NULL AS output_is_posted,
           i.part IS NOT NULL AS input_is_posted
    FROM placed p
    LEFT JOIN posted_leg o
      ON o.voucher_no = p.voucher_no AND o.code_no = p.code_no AND o.part = 'output'
    LEFT JOIN posted_leg i
      ON i.voucher_no = p.voucher_no AND i.code_no = p.code_no AND i.part = 'input'
),
stated_leg AS (
    SELECT DISTINCT voucher_no, code_no FROM placed
    WHERE source_part = 'tax' AND vat_role = '' AND standard_vat_code IS NOT NULL
),
told_line AS (
    SELECT posting_no, voucher_no, seq, vat_code, code_no, source_part, amount, origin,
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
    SELECT posting_no, voucher_no, seq + 100 AS seq, vat_code, code_no, 'tax' AS source_part,
           -amount AS amount, 'derived' AS origin, 'output' AS part
    FROM flagged WHERE part = 'both' AND NOT output_is_posted AND has_output
    UNION ALL
    SELECT posting_no, voucher_no, seq + 200, vat_code, code_no, 'tax',
           CAST(round(amount::DECIMAL(20,2) * share, 2) AS DECIMAL(18,2)), 'derived', 'input'
    FROM flagged
    WHERE part = 'both' AND NOT input_is_posted AND has_input AND share IS NOT NULL
),
computed AS (
    SELECT posting_no, voucher_no, seq + 300 AS seq, vat_code, code_no, 'tax' AS source_part,
           CAST(round(CASE WHEN is_sale THEN amount ELSE -amount END::DECIMAL(20,2) * rate, 2)
                AS DECIMAL(18,2)) AS amount,
           'derived' AS origin, 'output' AS part
    FROM flagged ANTI JOIN stated_leg USING (voucher_no, code_no)
    WHERE part = 'base' AND computes AND has_output AND NOT output_is_posted
    UNION ALL
    SELECT posting_no, voucher_no, seq + 400, vat_code, code_no, 'tax',
           CAST(round(amount::DECIMAL(20,2) * rate * share, 2) AS DECIMAL(18,2)), 'derived', 'input'
    FROM flagged ANTI JOIN stated_leg USING (voucher_no, code_no)
    WHERE part = 'base' AND computes AND has_input AND share IS NOT NULL AND NOT input_is_posted
),
line AS (
    SELECT * FROM told_line
    UNION ALL
    SELECT posting_no, voucher_no, 1, vat_code, code_no, 'tax', amount, 'derived', part
    FROM adopted
    UNION ALL
    SELECT * FROM stated_both
    UNION ALL
    SELECT * FROM computed
),
voucher_party AS (
    SELECT voucher_no, any_value(party_id) AS party_id
    FROM next_posting WHERE party_id IS NOT NULL
    GROUP BY voucher_no HAVING count(DISTINCT party_id) = 1
)
SELECT p.company_id, p.voucher_id, p.line_id, l.seq, p.posting_date, l.vat_code,
       c.standard_vat_code, l.part, l.source_part, l.amount, c.rate,
       coalesce(p.party_id, vp.party_id, v.document_party_id) AS party_id,
       l.origin, p.connection_id, p.source_id, p.load_id
FROM line l
JOIN (SELECT posting_no, company_id, voucher_id, line_id, posting_date, party_id, connection_id,
             source_id, load_id FROM next_posting) p USING (posting_no)
JOIN (SELECT voucher_no, document_party_id FROM next_voucher) v USING (voucher_no)
LEFT JOIN voucher_party vp USING (voucher_no)
LEFT JOIN (SELECT code_no, standard_vat_code, rate FROM code) c USING (code_no)
