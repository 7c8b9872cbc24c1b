-- DescribeSessions lists newest first, and each of its filters along an index: what is rare is not looked for among all
-- sessions. Those that go on are few, and need no index for each filter. Where several filters are given, SQLite takes the
-- index that was made last: the one that most likely finds the fewest.
CREATE INDEX sessions_active_by_time ON sessions (account, region, started_at, session_id) WHERE ended_at IS NULL;
CREATE INDEX sessions_ended_by_state ON sessions (account, region, state, started_at, session_id)
  WHERE ended_at IS NOT NULL;
CREATE INDEX sessions_ended_by_owner ON sessions (account, region, owner_arn, started_at, session_id)
  WHERE ended_at IS NOT NULL;
CREATE INDEX sessions_ended_by_node ON sessions (account, region, node_id, started_at, session_id)
  WHERE ended_at IS NOT NULL;

-- All that listings of nodes filter by, so that a row is read only when it passes: with its public key it is long.
CREATE INDEX nodes_filtered ON nodes (account, region, node_id, activation_id, role_name, ping_status, platform_type,
  platform_name, platform_version, agent_name, agent_version, computer_name, ip_address);
