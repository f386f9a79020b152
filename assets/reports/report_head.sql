-- One row per report: state, reason, id and input hash (over postings and texts). `report_no` is ours and stays here.
-- Parameters: report_type, as_of, rule_version.
CREATE OR REPLACE TEMP TABLE report_head AS
WITH line AS (
  SELECT report_no, count(*) AS line_count,
         string_agg(concat_ws(chr(31), subject, field_no, amount_exact, amount), chr(30)
                    ORDER BY subject, field_no) AS content
  FROM report_amount GROUP BY report_no
),
word AS (
  SELECT report_no,
         string_agg(concat_ws(chr(31), field, subject, language, text), chr(30)
                    ORDER BY field, subject, language, text) AS content
  FROM report_words GROUP BY report_no
),
input AS (
  SELECT report_no,
         concat_ws(chr(31), sum(input_count), sum(input_upper), sum(input_lower)) AS content
  FROM report_sum GROUP BY report_no
),
reason AS (
  SELECT report_no, string_agg(DISTINCT reason, '; ' ORDER BY reason) AS reason
  FROM (SELECT d.report_no, w.reason FROM report_due d JOIN withheld w USING (company_id)
        UNION ALL SELECT report_no, reason FROM report_problem)
  GROUP BY report_no
)
SELECT d.report_no,
       left(sha256(concat_ws(chr(29), d.company_id, $report_type, d.period_start, d.period_end,
                             $rule_version, coalesce(line.content, ''),
                             word.content)), 32) AS report_id,
       d.company_id, CAST($report_type AS VARCHAR) AS report_type, d.period_start, d.period_end,
       CASE WHEN reason.reason IS NOT NULL THEN 'withheld'
            WHEN d.period_end >= $as_of THEN 'provisional'
            ELSE 'ready' END AS state,
       reason.reason,
       coalesce(line.line_count, 0) AS line_count,
       sha256(concat_ws(chr(29), coalesce(input.content, ''), word.content)) AS input_sha256,
       CAST($rule_version AS VARCHAR) AS rule_version
FROM report_due d
LEFT JOIN line USING (report_no)
LEFT JOIN word USING (report_no)
LEFT JOIN input USING (report_no)
LEFT JOIN reason USING (report_no);
