DROP TABLE organization_units, units;
