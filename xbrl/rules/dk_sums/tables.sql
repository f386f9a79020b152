-- Danish statements as their sums read them.

-- One amount as reported, in a context of the statements: of the company or the group, with at most a
-- component of equity. `place` is entity, period and company or group; `component` prefix:name.
CREATE OR REPLACE TEMP TABLE item (
  n INTEGER, i INTEGER, concept VARCHAR, place VARCHAR, entity VARCHAR, component VARCHAR,
  period_type VARCHAR, first_day DATE, last_day DATE, unit VARCHAR, amount DECIMAL(38, 10),
  half DECIMAL(38, 10)
);

-- What an item comes to where it is said several times: the most exact of them. `slack` is how far the
-- true amount may be from it: half the last digit that counts, and what equally exact ones differ by.
CREATE OR REPLACE TEMP TABLE amount (
  n INTEGER, i INTEGER, concept VARCHAR, place VARCHAR, entity VARCHAR, component VARCHAR,
  period_type VARCHAR, first_day DATE, last_day DATE, unit VARCHAR, amount DECIMAL(38, 10),
  slack DECIMAL(38, 10)
);

-- Totals with the nearest of their parts that are reported. `part`: total or part. `flipped` is the
-- weight where filers report the item with the other sign as well.
CREATE OR REPLACE TEMP TABLE stated (
  n INTEGER, kind VARCHAR, rule VARCHAR, part VARCHAR, form VARCHAR, total VARCHAR, place VARCHAR,
  unit VARCHAR, i INTEGER, concept VARCHAR, weight INTEGER, flipped INTEGER, amount DECIMAL(38, 10),
  slack DECIMAL(38, 10)
);

-- Every part below a total in a form, at any depth; `via` are the totals between them.
CREATE OR REPLACE TEMP TABLE descent AS
WITH RECURSIVE down AS (
  SELECT form, total, part, CAST(weight AS INTEGER) AS weight, CAST([] AS VARCHAR[]) AS via
  FROM totals
  WHERE NOT starts_with(part, 'opening ') AND NOT starts_with(form, 'note_')
    AND form NOT IN ('distribution', 'equity_statement')
  UNION ALL
  SELECT d.form, d.total, t.part, d.weight * CAST(t.weight AS INTEGER), list_append(d.via, t.total)
  FROM down AS d
  JOIN totals AS t ON t.form = d.form AND t.total = d.part
)
SELECT form, total, part, weight,
  CASE WHEN part IN (SELECT concept FROM concept_list WHERE list = 'either sign') THEN -weight
    ELSE weight END AS flipped, via
FROM down;

CREATE OR REPLACE TEMP MACRO plain(amount) AS
  CASE WHEN amount = trunc(amount) THEN CAST(CAST(amount AS HUGEINT) AS VARCHAR)
    ELSE rtrim(CAST(amount AS VARCHAR), '0') END;
