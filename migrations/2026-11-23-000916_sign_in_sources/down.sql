DROP INDEX ceremonies_by_source;
ALTER TABLE ceremonies DROP COLUMN source;
