-- The Danish reports as their rules read them.

-- One context of an instance. `place` is the same for contexts of the same entity, period and
-- dimensions, whatever their ids. Danish reports have few dimensions that rules speak of:
-- `consolidation` group or parent, `period_kind` which reporting period, `rendering` which writing
-- of a value (the member's local name, null where the dimension is not there); `dims` counts all
-- that stand in scenario, where they belong.
CREATE OR REPLACE TEMP TABLE context (
  n INTEGER, context_id VARCHAR, place VARCHAR, entity_scheme VARCHAR, entity_identifier VARCHAR,
  period_type VARCHAR, first_day DATE, last_day DATE, start_at TIMESTAMP, end_at TIMESTAMP,
  first_fact INTEGER, dims INTEGER, consolidation VARCHAR, period_kind VARCHAR, rendering VARCHAR,
  other_dims VARCHAR, has_segment BOOLEAN
);

-- One fact that a rule may speak of. `concept` is prefix:name; `text` the value without white space
-- around, `amount` and `day` where it is a number or a date.
CREATE OR REPLACE TEMP TABLE item (
  n INTEGER, i INTEGER, concept VARCHAR, context_id VARCHAR, place VARCHAR, dims INTEGER,
  consolidation VARCHAR, period_kind VARCHAR, period_type VARCHAR, first_day DATE, last_day DATE,
  unit VARCHAR, value VARCHAR, text VARCHAR, amount DECIMAL(38, 10), day DATE, is_nil BOOLEAN
);

-- Facts that rules' lists hold: `part` is the parameter that names the list.
CREATE OR REPLACE TEMP VIEW stated AS
SELECT r.kind, r.rule, r.params, l.part, f.*
FROM item AS f
JOIN rule_list AS l ON l.concept = f.concept AND (l.value IS NULL OR l.value = f.text)
JOIN rule AS r USING (rule);

CREATE OR REPLACE TEMP MACRO in_scope(scope, dims, consolidation, period_kind) AS
  CASE scope
    WHEN 'no dimension' THEN dims = 0
    WHEN 'consolidated or solo' THEN consolidation IS NOT NULL
    WHEN 'registered period' THEN coalesce(period_kind, '') =
      'RegisteredReportingPeriodDeviatingFromReportedReportingPeriodDueArbitraryDatesMember'
    ELSE true END;

-- Annual reports, by what they say they are.
CREATE OR REPLACE TEMP VIEW annual AS
SELECT DISTINCT f.n FROM item AS f
JOIN concept_list AS l ON l.concept = f.concept AND l.value = f.text AND l.list = 'annual report';

-- Reports that tell group and parent apart.
CREATE OR REPLACE TEMP VIEW consolidated AS
SELECT DISTINCT n FROM context WHERE consolidation IS NOT NULL;
