-- Adds $4, one number a column, to the headline figures of one organization. Its row was made with it.
UPDATE organization_counts AS c SET
    applicants = c.applicants + s[1],
    activists = c.activists + s[2],
    candidates = c.candidates + s[3],
    probationary = c.probationary + s[4],
    full_members = c.full_members + s[5],
    women = c.women + s[6],
    minority = c.minority + s[7],
    college_and_above = c.college_and_above + s[8]
FROM (SELECT $4::integer[] AS s) AS step
WHERE c.tenant_id = $1 AND c.organization_id = $2 AND c.path = $3
