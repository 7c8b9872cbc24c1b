-- What is known of the recordings of sessions; what was recorded is in files. A row outlives its session's.
CREATE TABLE recordings (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  session_id TEXT NOT NULL,
  node_id TEXT NOT NULL,
  owner_arn TEXT NOT NULL,
  owner_user_id TEXT NOT NULL,
  owner_name TEXT NOT NULL,
  document_name TEXT NOT NULL,
  session_type TEXT NOT NULL,
  tags TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  -- NULL while the session goes on.
  ended_at BIGINT,
  -- Why there is nothing to watch.
  refusal TEXT,
  file TEXT NOT NULL,
  -- Base64.
  sealed_key TEXT NOT NULL,
  has_input INTEGER NOT NULL,
  bytes BIGINT NOT NULL,
  lost_bytes BIGINT NOT NULL,
  is_cut INTEGER NOT NULL,
  PRIMARY KEY (account, region, session_id)
);

CREATE INDEX recordings_by_time ON recordings (account, region, started_at, session_id);

CREATE INDEX recordings_of_owner ON recordings (account, region, owner_name, started_at, session_id);

CREATE INDEX recordings_of_node ON recordings (account, region, node_id, started_at, session_id);

CREATE INDEX recordings_open ON recordings (account, region, session_id)
  WHERE ended_at IS NULL;
