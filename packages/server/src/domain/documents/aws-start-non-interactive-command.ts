import { type OwnedSessionDocument, sessionPlatforms } from '../session-document.ts'

/** Names and types are those of AWS's public document; the descriptions are ours. */
export const awsStartNonInteractiveCommand: OwnedSessionDocument = {
  name: 'AWS-StartNonInteractiveCommand',
  type: 'Session',
  platformTypes: sessionPlatforms,
  content: {
    schemaVersion: '1.0',
    description: 'Run one command on the node, without a terminal.',
    sessionType: 'NonInteractiveCommands',
    parameters: {
      command: { type: 'String', description: 'The command, with its arguments.' },
    },
    properties: {
      windows: { commands: '{{ command }}', runAsElevated: false },
      linux: { commands: '{{ command }}', runAsElevated: false },
      macos: { commands: '{{ command }}', runAsElevated: false },
    },
  },
}
