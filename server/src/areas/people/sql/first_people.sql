
-- What follows the columns: a row is one of the first $4 people of a span of places, with the span's number and the place
-- of the branch; spans in the order given. Branches are gone through in their order (B13), and of none are more people
-- read than can be on the page.
FROM (
    SELECT span.number, first.*
    FROM unnest($1, $2) WITH ORDINALITY AS span (low, high, number)
    CROSS JOIN LATERAL (
        SELECT branch.tree_order AS place, person.*
        FROM organizations AS branch
        CROSS JOIN LATERAL (
            SELECT * FROM people
            WHERE path = branch.path AND stage = ANY ($3)
            ORDER BY name_key, id
            LIMIT $4
        ) AS person
        WHERE branch.tree_order >= span.low COLLATE "C" AND branch.tree_order < span.high COLLATE "C"
        ORDER BY branch.tree_order, person.name_key, person.id
        LIMIT $4
    ) AS first
) AS people
ORDER BY people.number, people.place, people.name_key, people.id
