-- The reports of one month of receipt that were there before the batch, carried on by what the
-- batch tells of them. What is read anew (after a repair) takes the place of what was there.
SELECT before.* REPLACE (
    coalesce(standing.status, before.status) AS status,
    CASE WHEN standing.status IS NULL THEN before.decided_at ELSE standing.decided_at END
        AS decided_at,
    coalesce(before.accepted_at, standing.accepted_at) AS accepted_at,
    coalesce(before.accepted_event, standing.accepted_event) AS accepted_event,
    coalesce(standing.codes, before.codes) AS codes,
    coalesce(standing.event_to, before.event_to) AS event_to
)
FROM before LEFT JOIN standing USING (filing_key)
WHERE filing_key NOT IN (SELECT filing_key FROM fresh_received_filing)
