import type { PolicyText } from '@fairlead/testkit/given'

// The policies that the Run Command chapter of the user guide shows ("Restricting Run Command access based on tags").

/** Any document, and of these nodes (the ends of ARNs) those tagged Finance=WebServers. */
export function finance(nodes: readonly string[]): PolicyText {
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['ssm:SendCommand'], Resource: ['arn:aws:ssm:*:*:document/*'] },
      {
        Effect: 'Allow',
        Action: ['ssm:SendCommand'],
        Resource: nodes.map((node) => `arn:aws:${node}`),
        Condition: { StringLike: { 'ssm:resourceTag/Finance': ['WebServers'] } },
      },
    ],
  }
}

const documentsAndReading = [
  {
    Effect: 'Allow',
    Action: ['ssm:SendCommand'],
    Resource: ['arn:aws:ssm:us-west-1::document/AWS-*', 'arn:aws:ssm:us-east-2::document/AWS-*'],
  },
  {
    Effect: 'Allow',
    Action: ['ssm:UpdateInstanceInformation', 'ssm:ListCommands', 'ssm:ListCommandInvocations', 'ssm:GetDocument'],
    Resource: '*',
  },
]

/** Nodes that have both tags: two keys in one condition are ANDed. */
export const bothTags: PolicyText = {
  Version: '2012-10-17',
  Statement: [
    sendWhen({ 'ssm:resourceTag/tag_key1': ['tag_value1'], 'ssm:resourceTag/tag_key2': ['tag_value2'] }),
    ...documentsAndReading,
  ],
}

/** Nodes that have either tag: two statements are ORed. */
export const eitherTag: PolicyText = {
  Version: '2012-10-17',
  Statement: [
    sendWhen({ 'ssm:resourceTag/tag_key1': ['tag_value1'] }),
    sendWhen({ 'ssm:resourceTag/tag_key2': ['tag_value2'] }),
    ...documentsAndReading,
  ],
}

function sendWhen(tags: Readonly<Record<string, readonly string[]>>): object {
  return { Effect: 'Allow', Action: ['ssm:SendCommand'], Resource: '*', Condition: { StringLike: tags } }
}
