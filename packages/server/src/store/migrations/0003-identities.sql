-- IAM is global: these rows belong to an account, whatever the region.
-- Keys, policies and attachments hang on the owner's id, which never changes; names may.
-- name_key is the name in lower case: IAM's names are unique without regard to case.

CREATE TABLE iam_users (
  account TEXT NOT NULL,
  user_id TEXT NOT NULL,
  name_key TEXT NOT NULL,
  user_name TEXT NOT NULL,
  path TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  tags TEXT NOT NULL,
  PRIMARY KEY (account, user_id)
);
CREATE UNIQUE INDEX iam_users_by_name ON iam_users (account, name_key);

CREATE TABLE iam_roles (
  account TEXT NOT NULL,
  role_id TEXT NOT NULL,
  name_key TEXT NOT NULL,
  role_name TEXT NOT NULL,
  path TEXT NOT NULL,
  description TEXT,
  trust_policy TEXT NOT NULL,
  max_session_seconds BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  tags TEXT NOT NULL,
  PRIMARY KEY (account, role_id)
);
CREATE UNIQUE INDEX iam_roles_by_name ON iam_roles (account, name_key);

-- owner_id is a user's id, or 'root'. The secret is sealed.
CREATE TABLE iam_access_keys (
  account TEXT NOT NULL,
  access_key_id TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  sealed_secret TEXT NOT NULL,
  status TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  used_at BIGINT,
  used_service TEXT,
  used_region TEXT,
  PRIMARY KEY (account, access_key_id)
);
CREATE INDEX iam_access_keys_by_owner ON iam_access_keys (account, owner_id, access_key_id);

-- digest names the text, so that what was compiled from it can be kept.
CREATE TABLE iam_inline_policies (
  account TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  policy_name TEXT NOT NULL,
  document TEXT NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (account, owner_id, policy_name)
);

CREATE TABLE iam_policies (
  account TEXT NOT NULL,
  policy_id TEXT NOT NULL,
  name_key TEXT NOT NULL,
  policy_name TEXT NOT NULL,
  path TEXT NOT NULL,
  arn TEXT NOT NULL,
  description TEXT,
  default_version BIGINT NOT NULL,
  -- Numbers of versions are not used twice, also when the version is gone.
  last_version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  tags TEXT NOT NULL,
  PRIMARY KEY (account, policy_id)
);
CREATE UNIQUE INDEX iam_policies_by_name ON iam_policies (account, name_key);
CREATE UNIQUE INDEX iam_policies_by_arn ON iam_policies (account, arn);

CREATE TABLE iam_policy_versions (
  account TEXT NOT NULL,
  policy_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  document TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account, policy_id, version)
);

CREATE TABLE iam_attachments (
  account TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  policy_arn TEXT NOT NULL,
  PRIMARY KEY (account, owner_id, policy_arn)
);
CREATE INDEX iam_attachments_by_policy ON iam_attachments (account, policy_arn, owner_id);
