-- Passwords, as what scrypt makes of them; previous is a JSON list of those before, newest first.
CREATE TABLE iam_login_profiles (
  account TEXT NOT NULL,
  user_id TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  previous TEXT NOT NULL,
  must_reset BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (account, user_id)
);

-- The account's own rules for passwords, in JSON; without a row the general ones hold.
CREATE TABLE iam_password_policies (
  account TEXT NOT NULL,
  policy TEXT NOT NULL,
  PRIMARY KEY (account)
);
