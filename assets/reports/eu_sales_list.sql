-- Sales to VAT-registered buyers in other EU countries, per buyer's VAT number.
-- Reads report_due and report_field; makes report_contribution and adds to report_problem.

CREATE OR REPLACE TEMP TABLE list_line AS
SELECT d.report_no, d.company_id, f.field_no, s.list_column, t.party_id,
       t.voucher_id, t.line_id, t.seq, CAST(-t.amount AS DECIMAL(18,2)) AS amount
FROM tax_line t
JOIN report_due d
  ON d.company_id = t.company_id AND t.posting_date BETWEEN d.period_start AND d.period_end
JOIN standard_vat_code s
  ON s.vat_code = t.standard_vat_code
 AND t.posting_date BETWEEN s.valid_from AND coalesce(s.valid_to, DATE '9999-12-31')
JOIN list_field f ON f.list_column = s.list_column
WHERE t.part = 'base'
  AND t.posting_date BETWEEN getvariable('first_day') AND getvariable('last_day');

-- The buyer's number as the list wants it: the country's prefix (Greece EL), then the number
-- without it. A prefix in front of a number of its country's shape is believed first, the
-- buyer's own country before another; then a bare number of the own country's shape.
-- (BE0123456789 has the shape of a bare Dutch number too, so prefixes come first.)
CREATE OR REPLACE TEMP TABLE list_buyer AS
WITH given AS (
  SELECT company_id, party_id, upper(country) AS country,
         regexp_replace(upper(vat_number), '[^A-Z0-9+*]', '', 'g') AS number
  FROM party
  SEMI JOIN list_line USING (company_id, party_id)
),
compared AS (
  SELECT g.company_id, g.party_id, n.prefix, n.covers, g.number,
         coalesce(g.country IN (n.country_code, n.prefix), false) AS is_own,
         left(g.number, 2) IN (n.country_code, n.prefix)
           AND regexp_full_match(substr(g.number, 3), n.pattern) AS is_prefixed,
         regexp_full_match(g.number, n.pattern) AS is_whole
  FROM given g CROSS JOIN eu_vat_number n
),
fitting AS (
  SELECT company_id, party_id, covers,
         prefix || CASE WHEN is_prefixed THEN substr(number, 3) ELSE number END AS subject,
         CASE WHEN is_prefixed AND is_own THEN 1
              WHEN is_prefixed THEN 2
              WHEN is_own AND is_whole THEN 3 END AS preference
  FROM compared
)
SELECT company_id, party_id,
       arg_min(subject, preference) AS subject, arg_min(covers, preference) AS covers
FROM fitting WHERE preference IS NOT NULL
GROUP BY company_id, party_id;

-- A sale whose buyer has no usable number keeps its place under subject ''.
CREATE OR REPLACE TEMP TABLE list_entry AS
SELECT l.*,
       CASE WHEN b.covers = 'goods' AND l.list_column = 'services' THEN ''
            ELSE coalesce(b.subject, '') END AS subject
FROM list_line l LEFT JOIN list_buyer b USING (company_id, party_id);

-- No record may be zero in every column, so a buyer whose amounts all fall below one krone
-- is left out, contributions and all.
CREATE OR REPLACE TEMP TABLE report_contribution AS
WITH column_sum AS (
  SELECT report_no, subject, field_no, sum(amount) AS amount
  FROM list_entry GROUP BY report_no, subject, field_no
),
listed AS (
  SELECT report_no, subject FROM column_sum
  WHERE trunc(amount) <> 0 OR (subject = '' AND amount <> 0)
  GROUP BY report_no, subject
)
SELECT report_no, subject, field_no, voucher_id, line_id, seq, amount
FROM list_entry SEMI JOIN listed USING (report_no, subject);

INSERT INTO report_problem
WITH nameless AS (
  SELECT l.report_no, coalesce(p.name, l.party_id, 'no buyer on the voucher') AS buyer
  FROM list_entry l
  LEFT JOIN party p USING (company_id, party_id)
  WHERE l.subject = '' AND l.amount <> 0
  GROUP BY ALL
)
SELECT report_no,
       'EU sales to ' || count(*) || ' buyer' || CASE count(*) WHEN 1 THEN '' ELSE 's' END
         || ' without a valid EU VAT number: '
         || string_agg(buyer, ', ' ORDER BY buyer) FILTER (place <= 10)
         || CASE WHEN count(*) > 10 THEN ', …' ELSE '' END
FROM (SELECT *, row_number() OVER (PARTITION BY report_no ORDER BY buyer) AS place FROM nameless)
GROUP BY report_no;
