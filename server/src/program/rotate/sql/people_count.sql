-- One row is a key number and how many values of people it has sealed. The number is the second byte of a value.
SELECT get_byte(value, 1), count(*)
FROM people, LATERAL (VALUES (identity_number), (phone), (address), (email)) AS sealed (value)
WHERE value IS NOT NULL
GROUP BY 1
