-- The newest report of an account, as it is handed out.
CREATE TABLE iam_credential_reports (
  account TEXT NOT NULL,
  content TEXT NOT NULL,
  generated_at BIGINT NOT NULL,
  PRIMARY KEY (account)
);
