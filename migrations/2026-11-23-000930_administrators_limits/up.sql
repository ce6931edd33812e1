-- What an administrator's session may last is kept beside a member's, for the day on which the member is given more (SEC-C01).
ALTER TABLE sessions
    ADD COLUMN administrator_expires_at timestamptz,
    ADD COLUMN administrator_idle_seconds integer;
COMMENT ON COLUMN sessions.administrator_expires_at IS 'Ends then, once rights beyond the member''s work in it; null where other limits hold anyway.';
COMMENT ON COLUMN sessions.administrator_idle_seconds IS 'Ends when it was not used for so long, once rights beyond the member''s work in it.';
