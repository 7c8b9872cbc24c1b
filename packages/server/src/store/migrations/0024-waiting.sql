-- How many invocations wait to be sent to their nodes. Kept, since SendCommand holds it against its limit, in the write that
-- adds to it.
CREATE TABLE waiting_counts (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  waiting BIGINT NOT NULL,
  PRIMARY KEY (account, region)
);

INSERT INTO waiting_counts (account, region, waiting)
  SELECT account, region, COUNT(*) FROM invocations WHERE delivered_at IS NULL AND ended_at IS NULL
  GROUP BY account, region;
