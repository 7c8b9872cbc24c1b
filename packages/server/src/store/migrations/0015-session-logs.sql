-- Where the session's document wants its log; all three NULL when it wants none, what it does not name is empty.
ALTER TABLE sessions ADD COLUMN log_bucket TEXT;
ALTER TABLE sessions ADD COLUMN log_key_prefix TEXT;
ALTER TABLE sessions ADD COLUMN log_group TEXT;
