CREATE TABLE resource_groups (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  query TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  criticality INTEGER,
  owner TEXT,
  display_name TEXT,
  PRIMARY KEY (account, region, name)
);
