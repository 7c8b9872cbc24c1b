CREATE TABLE sessions (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  session_id TEXT NOT NULL,
  node_id TEXT NOT NULL,
  owner_arn TEXT NOT NULL,
  owner_user_id TEXT NOT NULL,
  owner_name TEXT NOT NULL,
  document_name TEXT NOT NULL,
  document_version TEXT NOT NULL,
  session_type TEXT NOT NULL,
  reason TEXT,
  state TEXT NOT NULL,
  details TEXT,
  started_at BIGINT NOT NULL,
  ended_at BIGINT,
  max_duration_ms BIGINT,
  idle_timeout_ms BIGINT NOT NULL,
  tags TEXT NOT NULL,
  version INTEGER NOT NULL,
  agent_content TEXT NOT NULL,
  PRIMARY KEY (account, region, session_id)
);

CREATE INDEX sessions_by_time ON sessions (account, region, started_at, session_id);

CREATE INDEX sessions_active ON sessions (account, region, session_id)
  WHERE ended_at IS NULL;

-- What is the same in all versions of a customer's document.
CREATE TABLE documents (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  name TEXT NOT NULL,
  document_type TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  default_version INTEGER NOT NULL,
  -- Numbers of versions are not used twice, also when the version is gone.
  latest_version INTEGER NOT NULL,
  PRIMARY KEY (account, region, name)
);

-- content is as its author wrote it; hash is its SHA-256.
CREATE TABLE document_versions (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  version_name TEXT,
  display_name TEXT,
  target_type TEXT,
  format TEXT NOT NULL,
  content TEXT NOT NULL,
  hash TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account, region, name, version)
);

-- No two versions of one document have one name.
CREATE UNIQUE INDEX document_versions_by_name ON document_versions (account, region, name, version_name)
  WHERE version_name IS NOT NULL;
