-- Adds steps of one to the tallies of one organization: $4 dimensions, $5 values, $6 steps. A tally
-- that goes up may be new; one that goes down is there, and a row for it could not be inserted: the
-- check against negative numbers comes before the conflict.
WITH step AS (
    SELECT * FROM unnest($4::text[], $5::text[], $6::integer[]) AS step (dimension, value, members)
), down AS (
    UPDATE organization_tallies AS t SET members = t.members + step.members
    FROM step
    WHERE step.members < 0 AND t.tenant_id = $1 AND t.organization_id = $2
      AND t.dimension = step.dimension AND t.value = step.value
)
INSERT INTO organization_tallies AS t (tenant_id, organization_id, path, dimension, value, members)
SELECT $1, $2, $3, dimension, value, members FROM step WHERE members > 0
ON CONFLICT (tenant_id, organization_id, dimension, value) DO UPDATE SET members = t.members + excluded.members
