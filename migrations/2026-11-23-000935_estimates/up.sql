-- Of `element <@ multirange` PostgreSQL expects one row in two hundred, whatever the range is. So it thought that of a
-- county hardly anybody is in scope, and read and sorted all of it for a page in the order of names, where walking the
-- index of names finds the page at once (14,123 buffers beside 92 in a million people). Of coalesce it expects every
-- second row, which is near enough: what a viewer asks for lies in scope.
ALTER POLICY scope ON people
    USING (coalesce(path <@ (SELECT current_setting('app.scope_people')::path_multirange), false));
-- A township is less than one in a hundred of a county's people: to tell how many are below a path takes finer steps.
ALTER TABLE people ALTER COLUMN path SET STATISTICS 1000;
