-- One row is a key number and how many values in the journal it has sealed: base64, of which four characters are three bytes.
SELECT get_byte(decode(left(sealed #>> '{}', 4), 'base64'), 1), count(*)
FROM journal, LATERAL (VALUES (before), (after)) AS side (facts), LATERAL jsonb_path_query(facts, '$.*.sealed') AS sealed
WHERE sealed #>> '{}' ~ '^[A-Za-z0-9+/]{4}'
GROUP BY 1
