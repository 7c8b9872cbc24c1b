-- Whatever has not ended is given up when its command expires, delivered or not: due_at is that moment, then nothing.
UPDATE invocations SET due_at = (
    SELECT c.expires_at FROM commands c
    WHERE c.account = invocations.account AND c.region = invocations.region AND c.command_id = invocations.command_id
  )
  WHERE due_at IS NOT NULL;

ALTER TABLE invocations DROP COLUMN finish_by;
