import type { Document } from '../document.ts'

/** Names, types and defaults are those of AWS's public document; the step and the descriptions are ours. */
export const awsUpdateSsmAgent: Document = {
  name: 'AWS-UpdateSSMAgent',
  version: '1',
  type: 'Command',
  owner: 'Amazon',
  platformTypes: ['Windows', 'Linux', 'MacOS'],
  content: {
    schemaVersion: '2.2',
    description: 'Bring the agent of the node to its latest version, or to another one.',
    parameters: {
      version: {
        type: 'String',
        description: 'The version; the latest when it is left out.',
        default: '',
        maxChars: 64,
      },
      allowDowngrade: {
        type: 'String',
        description: 'Whether the version may be an earlier one than the agent has.',
        default: 'false',
        allowedValues: ['true', 'false'],
      },
    },
    mainSteps: [
      {
        action: 'aws:updateSsmAgent',
        name: 'updateSsmAgent',
        inputs: {
          agentName: 'amazon-ssm-agent',
          targetVersion: '{{ version }}',
          allowDowngrade: '{{ allowDowngrade }}',
        },
      },
    ],
  },
}
