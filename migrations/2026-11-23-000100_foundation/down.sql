DROP TABLE loaded_files;
DROP TABLE divisions;
DROP TABLE codes;
DROP TABLE tenants;
DROP TYPE path_range;
DROP EXTENSION btree_gist;
