-- Numbers the entries of the term $2 anew with $3 standing behind $4, or first without one. Only those whose
-- number changes are written.
WITH ranked AS (
    SELECT id, row_number() OVER (ORDER BY sort_order, id) AS old_place
    FROM leadership_posts WHERE tenant_id = $1 AND term_id = $2
)
UPDATE leadership_posts AS l
SET sort_order = n.place
FROM (
    SELECT id, row_number() OVER (ORDER BY rank, moved, old_place) AS place
    FROM (
        SELECT id, id = $3 AS moved, old_place,
               CASE WHEN id = $3 THEN coalesce((SELECT a.old_place FROM ranked a WHERE a.id = $4), 0) ELSE old_place END AS rank
        FROM ranked
    ) AS placed
) AS n
WHERE l.tenant_id = $1 AND l.id = n.id AND l.sort_order <> n.place
