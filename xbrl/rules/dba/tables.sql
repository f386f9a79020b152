-- The Danish reports as their rules read them.

-- One context of an instance. `place` is the same for contexts of the same entity, period and
-- dimensions, whatever their ids; `entity_period` whatever their dimensions. Danish reports have few dimensions that rules speak of:
-- `consolidation` group or parent, `period_kind` which reporting period, `rendering` which writing
-- of a value (the member's local name, null where the dimension is not there); `dims` counts all
-- that stand in scenario, where they belong.
CREATE OR REPLACE TEMP TABLE context (
  n INTEGER, context_id VARCHAR, entity_period VARCHAR, place VARCHAR, entity_scheme VARCHAR, entity_identifier VARCHAR,
  period_type VARCHAR, first_day DATE, last_day DATE, start_at TIMESTAMP, end_at TIMESTAMP,
  first_fact INTEGER, dims INTEGER, consolidation VARCHAR, period_kind VARCHAR, rendering VARCHAR,
  other_dims VARCHAR, has_segment BOOLEAN
);

-- One fact that a rule may speak of. `concept` is prefix:name; `text` the value without white space
-- around, `amount` and `day` where it is a number or a date.
CREATE OR REPLACE TEMP TABLE item (
  n INTEGER, i INTEGER, concept VARCHAR, context_id VARCHAR, entity_scheme VARCHAR,
  entity_identifier VARCHAR, entity_period VARCHAR, place VARCHAR, dims INTEGER, consolidation VARCHAR,
  period_kind VARCHAR, period_type VARCHAR, first_day DATE, last_day DATE,
  unit VARCHAR, value VARCHAR, text VARCHAR, amount DECIMAL(38, 10), day DATE, is_nil BOOLEAN
);

-- What is known of a report as a whole. `latest`: the places of its two last periods.
CREATE OR REPLACE TEMP TABLE report_kind (
  n INTEGER, is_annual BOOLEAN, has_group BOOLEAN, latest VARCHAR[]
);

-- The rules each instance is asked.
CREATE OR REPLACE TEMP TABLE asked AS
SELECT 0 AS n, rule, kind, params, message, false AS is_annual, false AS has_group
FROM rule
LIMIT 0;

-- Facts that lists of the rules asked hold: `part` is the parameter that names the list.
CREATE OR REPLACE TEMP TABLE stated (
  n INTEGER, kind VARCHAR, rule VARCHAR, part VARCHAR, i INTEGER, concept VARCHAR,
  context_id VARCHAR, place VARCHAR, dims INTEGER, consolidation VARCHAR, period_kind VARCHAR,
  period_type VARCHAR, first_day DATE, last_day DATE, unit VARCHAR, value VARCHAR, text VARCHAR,
  amount DECIMAL(38, 10), day DATE, is_nil BOOLEAN
);

CREATE OR REPLACE TEMP MACRO in_scope(scope, dims, consolidation, period_kind) AS
  CASE scope
    WHEN 'no dimension' THEN dims = 0
    WHEN 'consolidated or solo' THEN consolidation IS NOT NULL
    WHEN 'registered period' THEN coalesce(period_kind, '') =
      'RegisteredReportingPeriodDeviatingFromReportedReportingPeriodDueArbitraryDatesMember'
    ELSE true END;
