import { type OwnedSessionDocument, sessionPlatforms } from '../session-document.ts'
import { portPattern } from './aws-start-port-patterns.ts'

/** Names, types, patterns and defaults are those of AWS's public document; the descriptions are ours. */
export const awsStartSshSession: OwnedSessionDocument = {
  name: 'AWS-StartSSHSession',
  type: 'Session',
  platformTypes: sessionPlatforms,
  content: {
    schemaVersion: '1.0',
    description: 'Carry an SSH connection to the node.',
    sessionType: 'Port',
    parameters: {
      portNumber: {
        type: 'String',
        description: 'The port on which the SSH server of the node listens.',
        default: '22',
        allowedPattern: portPattern,
      },
    },
    properties: { portNumber: '{{ portNumber }}' },
  },
}
