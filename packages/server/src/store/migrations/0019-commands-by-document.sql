-- ListCommands filters by document: one that is rarely run is not looked for among all commands.
CREATE INDEX commands_by_document ON commands (account, region, document_name, requested_at, command_id);
