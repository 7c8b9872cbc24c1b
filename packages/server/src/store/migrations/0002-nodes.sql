CREATE TABLE activations (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  activation_id TEXT NOT NULL,
  code_hash TEXT NOT NULL,
  description TEXT,
  default_instance_name TEXT,
  role_name TEXT NOT NULL,
  registration_limit INTEGER NOT NULL,
  registrations_count INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  tags TEXT NOT NULL,
  PRIMARY KEY (account, region, activation_id)
);

-- Columns from agent_name to connection_channel are what the agent last said of its machine.
CREATE TABLE nodes (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  node_id TEXT NOT NULL,
  activation_id TEXT NOT NULL,
  role_name TEXT NOT NULL,
  name TEXT,
  public_key TEXT NOT NULL,
  public_key_type TEXT NOT NULL,
  previous_public_key TEXT,
  previous_key_until BIGINT,
  fingerprint TEXT NOT NULL,
  registered_at BIGINT NOT NULL,
  agent_name TEXT,
  agent_version TEXT,
  agent_status TEXT,
  platform_type TEXT,
  platform_name TEXT,
  platform_version TEXT,
  computer_name TEXT,
  ip_address TEXT,
  connection_channel TEXT,
  last_ping_at BIGINT,
  ping_status TEXT NOT NULL,
  PRIMARY KEY (account, region, node_id)
);

-- Who has fallen silent.
CREATE INDEX nodes_by_ping ON nodes (account, region, ping_status, last_ping_at);

-- Found by resource when a policy or an answer needs them, by key and value when a target or a filter does.
CREATE TABLE tags (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  resource_type TEXT NOT NULL,
  resource_id TEXT NOT NULL,
  tag_key TEXT NOT NULL,
  tag_value TEXT NOT NULL,
  PRIMARY KEY (account, region, resource_type, resource_id, tag_key)
);

-- Without resource_id: if it held all columns, SQLite would prefer it to the primary key and read every tag
-- to find those of one resource.
CREATE INDEX tags_by_key ON tags (account, region, resource_type, tag_key, tag_value);
