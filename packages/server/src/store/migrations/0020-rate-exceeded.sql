-- 1 for a command that was cancelled before it ran, since too many invocations were waiting.
ALTER TABLE commands ADD COLUMN is_rate_exceeded INTEGER NOT NULL DEFAULT 0;
