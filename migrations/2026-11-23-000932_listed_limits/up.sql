-- A list of sessions foretells when each ends, and an administrator's ends by the limits of administrators (SEC-C04).
GRANT SELECT (administrator_expires_at, administrator_idle_seconds) ON sessions TO banyan_app;
