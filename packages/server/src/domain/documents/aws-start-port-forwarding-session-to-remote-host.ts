import { type OwnedSessionDocument, sessionPlatforms } from '../session-document.ts'
import { localPortPattern, portPattern } from './aws-start-port-patterns.ts'

/** Names, types, patterns and defaults are those of AWS's public document; the descriptions are ours. */
export const awsStartPortForwardingSessionToRemoteHost: OwnedSessionDocument = {
  name: 'AWS-StartPortForwardingSessionToRemoteHost',
  type: 'Session',
  platformTypes: sessionPlatforms,
  content: {
    schemaVersion: '1.0',
    description: 'Forward a local port to a port of another host, by way of the node.',
    sessionType: 'Port',
    parameters: {
      host: {
        type: 'String',
        description: 'Name or address of the host, as the node knows it.',
        default: 'localhost',
        allowedPattern: '^[^,$^&\\(\\)!;\'"<>\\`{}\\[\\]\\|#=]{3,}$',
      },
      portNumber: {
        type: 'String',
        description: 'The port of the host.',
        default: '80',
        allowedPattern: portPattern,
      },
      localPortNumber: {
        type: 'String',
        description: 'The local port; a free one is taken when it is 0.',
        default: '0',
        allowedPattern: localPortPattern,
      },
    },
    properties: {
      host: '{{ host }}',
      portNumber: '{{ portNumber }}',
      type: 'LocalPortForwarding',
      localPortNumber: '{{ localPortNumber }}',
    },
  },
}
