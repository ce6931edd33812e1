ALTER TABLE people ALTER COLUMN path SET STATISTICS -1;
ALTER POLICY scope ON people
    USING (path <@ (SELECT current_setting('app.scope_people')::path_multirange));
