-- A number that was given in the older form of 15 digits stays marked (U80), and the two facts about
-- organizations that hold beyond a scope can be asked for before a form is written (B04).

ALTER TABLE people ADD COLUMN identity_converted boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN people.identity_converted IS 'The identity number was given with 15 digits and converted (U80).';
-- Few are marked: the list of them touches nobody else.
CREATE INDEX people_with_converted_number ON people (path, name_key, id, stage) WHERE identity_converted;

GRANT SELECT (name, code, status) ON organizations TO banyan_keeper;
