-- Issuers of identity tokens that roles may trust; lists are JSON.
CREATE TABLE iam_oidc_providers (
  account TEXT NOT NULL,
  arn TEXT NOT NULL,
  url TEXT NOT NULL,
  client_ids TEXT NOT NULL,
  thumbprints TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  tags TEXT NOT NULL,
  PRIMARY KEY (account, arn)
);
