import type { Document } from '../document.ts'
import { executionTimeoutPattern } from './execution-timeout.ts'

/** Names, types and defaults are those of AWS's public document; the descriptions are ours. */
export const awsRunPowerShellScript: Document = {
  name: 'AWS-RunPowerShellScript',
  version: '1',
  type: 'Command',
  owner: 'Amazon',
  platformTypes: ['Windows', 'Linux', 'MacOS'],
  content: {
    schemaVersion: '2.2',
    description: 'Run lines of PowerShell on the node.',
    parameters: {
      commands: { type: 'StringList', description: 'The lines of the script.', minItems: 1 },
      workingDirectory: {
        type: 'String',
        description: 'The directory in which the script starts.',
        default: '',
        maxChars: 4096,
      },
      executionTimeout: {
        type: 'String',
        description: 'How many seconds the script may take, 172800 (two days) at most.',
        default: '3600',
        allowedPattern: executionTimeoutPattern,
      },
    },
    mainSteps: [
      {
        action: 'aws:runPowerShellScript',
        name: 'runPowerShellScript',
        inputs: {
          timeoutSeconds: '{{ executionTimeout }}',
          runCommand: '{{ commands }}',
          workingDirectory: '{{ workingDirectory }}',
        },
      },
    ],
  },
}
