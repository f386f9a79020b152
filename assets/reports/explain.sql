-- The postings behind one report line, as a person looks them up.
-- An annual report's lines also hold what is no posting: opening:<account>, result:<account>,
-- adjustment:<number>, stated:, previous:, restated:.
-- Parameters: company_id, report_type, period_start, period_end, subject, field, limit_rows.
WITH behind AS (
  SELECT company_id, voucher_id, line_id, seq, amount,
         -- The voucher that opened the books, where one did: opening:<account>, <voucher>#<line>.
         CASE WHEN starts_with(voucher_id, 'opening:') AND contains(line_id, '#')
              THEN regexp_extract(line_id, '^(.*)#', 1) ELSE voucher_id END AS booked_voucher,
         CASE WHEN starts_with(voucher_id, 'opening:') AND contains(line_id, '#')
              THEN regexp_extract(line_id, '#([^#]*)$', 1) ELSE line_id END AS booked_line,
         CASE WHEN regexp_matches(voucher_id, '^(opening|result):')
              THEN regexp_extract(voucher_id, '^[a-z]+:(.*)$', 1) END AS account_code,
         CASE regexp_extract(voucher_id, '^([a-z]+):', 1)
              WHEN 'opening' THEN 'balance the year opened with'
              WHEN 'result' THEN 'result of the year, not closed in the books'
              WHEN 'adjustment' THEN 'year-end adjustment, not in the books'
              WHEN 'stated' THEN 'proposed dividend, not in the books'
              WHEN 'previous' THEN 'last year''s proposed dividend, held among retained earnings'
              WHEN 'restated' THEN 'last year''s figure restated' END AS said
  FROM report_line_posting
  WHERE company_id = $company_id AND report_type = $report_type
    AND period_start = $period_start AND period_end = $period_end
    AND subject = $subject AND field = $field
)
SELECT v.voucher_number,
       coalesce(p.posting_date, CASE WHEN v.voucher_id IS NULL AND b.account_code IS NOT NULL
                                     THEN TRY_CAST(b.line_id AS DATE) END) AS posting_date,
       p.line_no, coalesce(p.account_code, b.account_code) AS account_code, a.name AS account_name,
       t.vat_code, t.standard_vat_code, t.part, p.amount AS posting_amount, b.amount,
       coalesce(p.text, v.text, CASE WHEN v.voucher_id IS NULL THEN b.said END) AS text,
       v.document_id, v.where_found, p.connection_id, p.source_id, p.load_id, b.voucher_id, b.line_id, b.seq
FROM behind b
LEFT JOIN voucher v ON v.company_id = b.company_id AND v.voucher_id = b.booked_voucher
LEFT JOIN posting p
  ON p.company_id = b.company_id AND p.voucher_id = b.booked_voucher AND p.line_id = b.booked_line
LEFT JOIN tax_line t
  ON t.company_id = b.company_id AND t.voucher_id = b.voucher_id
 AND t.line_id = b.line_id AND t.seq = b.seq
LEFT JOIN ledger_account a
  ON a.company_id = b.company_id AND a.account_code = coalesce(p.account_code, b.account_code)
ORDER BY p.posting_date NULLS FIRST, v.voucher_number, p.line_no, b.line_id, b.seq
LIMIT $limit_rows
