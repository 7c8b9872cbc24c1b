-- What listings show of a version, so that nobody has to read its content for them. platform_types is separated by
-- commas, requires is JSON; review_status is of the newest review.
ALTER TABLE document_versions ADD COLUMN schema_version TEXT NOT NULL DEFAULT '1.0';
ALTER TABLE document_versions ADD COLUMN platform_types TEXT NOT NULL DEFAULT 'Windows,Linux,MacOS';
ALTER TABLE document_versions ADD COLUMN requires TEXT NOT NULL DEFAULT '[]';
ALTER TABLE document_versions ADD COLUMN review_status TEXT;

-- Whom a document is shared with: a number of an account, or all.
CREATE TABLE document_shares (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  name TEXT NOT NULL,
  shared_with TEXT NOT NULL,
  shared_version TEXT NOT NULL,
  PRIMARY KEY (account, region, name, shared_with)
);

-- What reviewers said of a version, numbered from 1.
CREATE TABLE document_reviews (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  number INTEGER NOT NULL,
  status TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  comment TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (account, region, name, version, number)
);
