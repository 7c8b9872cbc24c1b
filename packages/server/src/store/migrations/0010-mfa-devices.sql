-- Virtual MFA devices. The seed is sealed; owner_id is the user whose codes they make, NULL before that.
-- last_step is the newest step whose code was taken: no code is taken twice, and none from before it.
CREATE TABLE iam_mfa_devices (
  account TEXT NOT NULL,
  serial_number TEXT NOT NULL,
  sealed_seed TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  tags TEXT NOT NULL,
  owner_id TEXT,
  enabled_at BIGINT,
  drift BIGINT NOT NULL,
  last_step BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  failed_at BIGINT NOT NULL,
  PRIMARY KEY (account, serial_number)
);
CREATE INDEX iam_mfa_devices_by_owner ON iam_mfa_devices (account, owner_id, serial_number);
