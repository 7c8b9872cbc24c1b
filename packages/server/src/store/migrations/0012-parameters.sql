-- Parameters of Parameter Store. place is the name without its leading slash, parent what holds it in the hierarchy.
-- due_at is when the next of its policies is to be applied.
CREATE TABLE parameters (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  place TEXT NOT NULL,
  parent TEXT NOT NULL,
  name TEXT NOT NULL,
  tier TEXT NOT NULL,
  -- The latest.
  version INTEGER NOT NULL,
  due_at BIGINT,
  PRIMARY KEY (account, region, place)
);

CREATE INDEX parameters_by_parent ON parameters (account, region, parent, place);

CREATE INDEX parameters_due ON parameters (account, region, due_at)
  WHERE due_at IS NOT NULL;

-- parameter_value is a ciphertext in base64 when key_id is there.
CREATE TABLE parameter_versions (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  place TEXT NOT NULL,
  version INTEGER NOT NULL,
  parameter_type TEXT NOT NULL,
  tier TEXT NOT NULL,
  parameter_value TEXT NOT NULL,
  key_id TEXT,
  description TEXT,
  allowed_pattern TEXT,
  policies TEXT NOT NULL,
  modified_at BIGINT NOT NULL,
  modified_by TEXT NOT NULL,
  PRIMARY KEY (account, region, place, version)
);

-- A label is on one version of its parameter.
CREATE TABLE parameter_labels (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  place TEXT NOT NULL,
  label TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (account, region, place, label)
);
