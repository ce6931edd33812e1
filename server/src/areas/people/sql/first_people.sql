-- A row is one of the first $4 people of a span, with the span's number; spans in the order given.
SELECT span.place, p.id
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS span (low, high, place)
CROSS JOIN LATERAL (
    SELECT id, path, name_key FROM people
    WHERE path >= span.low COLLATE "C" AND path < span.high COLLATE "C" AND stage = ANY ($3)
    ORDER BY path, name_key, id
    LIMIT $4
) AS p
ORDER BY span.place, p.path, p.name_key, p.id
