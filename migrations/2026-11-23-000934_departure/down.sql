ALTER TABLE accounts DROP COLUMN gone_with_person;
