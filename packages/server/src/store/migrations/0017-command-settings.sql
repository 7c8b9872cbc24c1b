-- What a command asks of other services, as JSON; NULL when nothing.
ALTER TABLE commands ADD COLUMN settings TEXT;
