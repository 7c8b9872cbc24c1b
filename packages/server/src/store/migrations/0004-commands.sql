CREATE TABLE commands (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  command_id TEXT NOT NULL,
  document_name TEXT NOT NULL,
  document_version TEXT NOT NULL,
  comment TEXT NOT NULL,
  parameters TEXT NOT NULL,
  node_ids TEXT NOT NULL,
  targets TEXT NOT NULL,
  requested_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  timeout_seconds INTEGER NOT NULL,
  execution_timeout_seconds INTEGER NOT NULL,
  max_concurrency TEXT NOT NULL,
  max_errors TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  PRIMARY KEY (account, region, command_id)
);

CREATE INDEX commands_by_time ON commands (account, region, requested_at, command_id);

-- What nodes are sent. Apart from the command, since it is long and only dispatch reads it.
CREATE TABLE command_contents (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  command_id TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (account, region, command_id)
);

-- What changes about a command. Apart from the command, since every move of an invocation rewrites the row.
CREATE TABLE command_counts (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  command_id TEXT NOT NULL,
  cancel_requested_at BIGINT,
  target INTEGER NOT NULL,
  completed INTEGER NOT NULL,
  success INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  terminated INTEGER NOT NULL,
  execution_timed_out INTEGER NOT NULL,
  delivery_timed_out INTEGER NOT NULL,
  undeliverable INTEGER NOT NULL,
  access_denied INTEGER NOT NULL,
  started INTEGER NOT NULL,
  PRIMARY KEY (account, region, command_id)
);

-- due_at is deliver_by, then finish_by, then nothing.
CREATE TABLE invocations (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  command_id TEXT NOT NULL,
  node_id TEXT NOT NULL,
  status TEXT NOT NULL,
  details TEXT NOT NULL,
  requested_at BIGINT NOT NULL,
  deliver_by BIGINT NOT NULL,
  delivered_at BIGINT,
  finish_by BIGINT,
  ended_at BIGINT,
  due_at BIGINT,
  plugins TEXT NOT NULL,
  trace TEXT,
  version INTEGER NOT NULL,
  PRIMARY KEY (account, region, command_id, node_id)
);

CREATE INDEX invocations_by_node ON invocations (account, region, node_id, requested_at, command_id);

CREATE INDEX invocations_undelivered ON invocations (account, region, node_id, requested_at, command_id)
  WHERE delivered_at IS NULL AND ended_at IS NULL;

CREATE INDEX invocations_cancelling ON invocations (account, region, node_id, command_id)
  WHERE status = 'Cancelling';

CREATE INDEX invocations_due ON invocations (account, region, due_at)
  WHERE due_at IS NOT NULL;
