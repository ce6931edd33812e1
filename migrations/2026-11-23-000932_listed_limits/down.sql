REVOKE SELECT (administrator_expires_at, administrator_idle_seconds) ON sessions FROM banyan_app;
