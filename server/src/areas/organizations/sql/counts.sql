-- A row is a span of the tree, in the order in which the spans were given: the sums of the headline
-- figures of the organizations in it.
SELECT coalesce(c.applicants, 0), coalesce(c.activists, 0), coalesce(c.candidates, 0), coalesce(c.probationary, 0),
       coalesce(c.full_members, 0), coalesce(c.women, 0), coalesce(c.minority, 0), coalesce(c.college_and_above, 0)
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS span (low, high, place)
CROSS JOIN LATERAL (
    SELECT sum(applicants) AS applicants, sum(activists) AS activists, sum(candidates) AS candidates,
           sum(probationary) AS probationary, sum(full_members) AS full_members, sum(women) AS women,
           sum(minority) AS minority, sum(college_and_above) AS college_and_above
    FROM organization_counts
    WHERE path >= span.low COLLATE "C" AND path < span.high COLLATE "C"
) AS c
ORDER BY span.place
