ALTER TABLE sessions DROP COLUMN administrator_expires_at, DROP COLUMN administrator_idle_seconds;
