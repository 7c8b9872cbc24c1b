-- How many invocations of a command are Delayed: its own details follow from it.
ALTER TABLE command_counts ADD COLUMN delayed INTEGER NOT NULL DEFAULT 0;

UPDATE command_counts SET delayed = (
    SELECT COUNT(*) FROM invocations i
    WHERE i.account = command_counts.account AND i.region = command_counts.region
      AND i.command_id = command_counts.command_id AND i.status = 'Delayed'
  )
  WHERE command_id IN (SELECT command_id FROM invocations WHERE status = 'Delayed');
