-- The managed policy that says how far a user's or role's other policies reach.
ALTER TABLE iam_users ADD COLUMN boundary_arn TEXT;
ALTER TABLE iam_roles ADD COLUMN boundary_arn TEXT;
CREATE INDEX iam_users_by_boundary ON iam_users (account, boundary_arn);
CREATE INDEX iam_roles_by_boundary ON iam_roles (account, boundary_arn);

CREATE TABLE iam_groups (
  account TEXT NOT NULL,
  group_id TEXT NOT NULL,
  name_key TEXT NOT NULL,
  group_name TEXT NOT NULL,
  path TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account, group_id)
);
CREATE UNIQUE INDEX iam_groups_by_name ON iam_groups (account, name_key);

CREATE TABLE iam_group_members (
  account TEXT NOT NULL,
  user_id TEXT NOT NULL,
  group_id TEXT NOT NULL,
  PRIMARY KEY (account, user_id, group_id)
);
CREATE INDEX iam_group_members_by_group ON iam_group_members (account, group_id, user_id);

-- A profile holds one role, or none yet.
CREATE TABLE iam_instance_profiles (
  account TEXT NOT NULL,
  profile_id TEXT NOT NULL,
  name_key TEXT NOT NULL,
  profile_name TEXT NOT NULL,
  path TEXT NOT NULL,
  role_id TEXT,
  created_at BIGINT NOT NULL,
  tags TEXT NOT NULL,
  PRIMARY KEY (account, profile_id)
);
CREATE UNIQUE INDEX iam_instance_profiles_by_name ON iam_instance_profiles (account, name_key);
CREATE INDEX iam_instance_profiles_by_role ON iam_instance_profiles (account, role_id, name_key);

-- An account has one other name at most, and no two accounts the same.
CREATE TABLE iam_account_aliases (
  account TEXT NOT NULL,
  alias TEXT NOT NULL,
  PRIMARY KEY (account)
);
CREATE UNIQUE INDEX iam_account_aliases_by_alias ON iam_account_aliases (alias);
