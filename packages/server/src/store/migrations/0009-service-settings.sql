-- Only what somebody has changed: the defaults are the program's.
CREATE TABLE service_settings (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  setting_id TEXT NOT NULL,
  setting_value TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by TEXT NOT NULL,
  PRIMARY KEY (account, region, setting_id)
);
