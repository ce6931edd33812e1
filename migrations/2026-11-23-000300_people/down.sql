DROP TABLE membership_ledger;
DROP TABLE organization_tallies;
DROP TABLE organization_counts;
DROP TABLE person_photos;
ALTER TABLE party_groups DROP CONSTRAINT party_groups_leader_fkey;
DROP TABLE people;
DROP TABLE party_groups;
