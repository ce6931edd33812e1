-- Who asked for a challenge, so that one source has only so many of them at a time (SEC-B08).
ALTER TABLE ceremonies ADD COLUMN source bytea;
CREATE INDEX ceremonies_by_source ON ceremonies (source, expires_at) WHERE source IS NOT NULL;
COMMENT ON COLUMN ceremonies.source IS 'Hashed network of a stranger who asked; null for whoever is signed in.';
