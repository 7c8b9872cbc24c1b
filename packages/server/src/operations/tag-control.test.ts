import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { given } from '@fairlead/testkit/given'
import { nodeRole, nodeTrust } from '@fairlead/testkit/node-machine'

// Who may only make what carries the tags of its team (IAM user guide, "Controlling access during AWS requests").

type Tags = readonly { readonly Key: string; readonly Value: string }[]

const document = JSON.stringify({
  schemaVersion: '1.0',
  sessionType: 'Standard_Stream',
  inputs: { runAsEnabled: false },
})
const query = JSON.stringify({
  ResourceTypeFilters: ['AWS::SSM::ManagedInstance'],
  TagFilters: [{ Key: 'team', Values: ['red'] }],
})
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'ssm:ListCommands', Resource: '*' }],
})

/** Every operation that gives tags to what it makes. `Tags` is left out, not empty, when there are none. */
const makers: Readonly<Record<string, (caller: ApiClient, name: string, tags: Tags) => Promise<unknown>>> = {
  'iam:CreateUser': (caller, UserName, tags) => caller.query('iam', 'CreateUser', { UserName, ...withTags(tags) }),
  'iam:CreateRole': (caller, RoleName, tags) =>
    caller.query('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument: nodeTrust, ...withTags(tags) }),
  'iam:CreatePolicy': (caller, PolicyName, tags) =>
    caller.query('iam', 'CreatePolicy', { PolicyName, PolicyDocument: policy, ...withTags(tags) }),
  'iam:CreateInstanceProfile': (caller, InstanceProfileName, tags) =>
    caller.query('iam', 'CreateInstanceProfile', { InstanceProfileName, ...withTags(tags) }),
  'ssm:CreateActivation': (caller, Description, tags) =>
    caller.call('ssm', 'CreateActivation', { IamRole: 'nodes', Description, ...withTags(tags) }),
  'ssm:CreateDocument': (caller, Name, tags) =>
    caller.call('ssm', 'CreateDocument', { Name, DocumentType: 'Session', Content: document, ...withTags(tags) }),
  'ssm:PutParameter': (caller, Name, tags) =>
    caller.call('ssm', 'PutParameter', { Name, Type: 'String', Value: 'some', ...withTags(tags) }),
  'iam:CreateVirtualMFADevice': (caller, VirtualMFADeviceName, tags) =>
    caller.query('iam', 'CreateVirtualMFADevice', { VirtualMFADeviceName, ...withTags(tags) }),
  'iam:CreateOpenIDConnectProvider': (caller, name, tags) =>
    caller.query('iam', 'CreateOpenIDConnectProvider', {
      Url: `https://${name}.example`,
      ThumbprintList: ['a'.repeat(40)],
      ...withTags(tags),
    }),
  'resource-groups:CreateGroup': (caller, Name, tags) =>
    caller.call('resource-groups', 'CreateGroup', {
      Name,
      ResourceQuery: { Type: 'TAG_FILTERS_1_0', Query: query },
      ...(tags.length === 0 ? {} : { Tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) }),
    }),
  'kms:CreateKey': (caller, Description, tags) =>
    caller.call('kms', 'CreateKey', {
      Description,
      ...(tags.length === 0 ? {} : { Tags: tags.map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })) }),
    }),
}

function withTags(tags: Tags): { readonly Tags?: Tags } {
  return tags.length === 0 ? {} : { Tags: tags }
}

const red = { Key: 'team', Value: 'red' }
const server = await given({ after })
await nodeRole(server)

for (const [index, [action, make]] of Object.entries(makers).entries()) {
  test(`${action} can be bound to the tags that it gives`, async () => {
    const alice = await server.user(`alice-${index}`, [
      {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: '*',
            Resource: '*',
            Condition: {
              StringEquals: { 'aws:RequestTag/team': 'red' },
              'ForAllValues:StringEquals': { 'aws:TagKeys': ['team', 'stage'] },
            },
          },
          { Effect: 'Allow', Action: 'iam:PassRole', Resource: '*' },
        ],
      },
    ])
    const isDenied = { message: new RegExp(`is not authorized to perform: ${action} `) }

    await assert.rejects(make(alice, `none-${index}`, []), isDenied)
    await assert.rejects(make(alice, `blue-${index}`, [{ Key: 'team', Value: 'blue' }]), isDenied)
    await assert.rejects(make(alice, `more-${index}`, [red, { Key: 'other', Value: '' }]), isDenied)
    await make(alice, `red-${index}`, [red])
    await make(alice, `staged-${index}`, [{ Key: 'stage', Value: 'test' }, red])
  })

  // Of activations no such permission is known: their tags are the nodes' to be.
  if (action === 'ssm:CreateActivation') continue
  test(`${action} needs the permission to tag when it gives tags, and not otherwise`, async () => {
    const tagging = /:(Tag\w*|AddTagsToResource)$/
    const bob = await server.user(`bob-${index}`, [
      {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: [action, 'iam:PassRole'], Resource: '*' }],
      },
    ])

    await make(bob, `untagged-${index}`, [])
    await assert.rejects(make(bob, `tagged-${index}`, [red]), (error: Error) =>
      tagging.test(/perform: (\S+)/.exec(error.message)?.[1] ?? ''),
    )
  })
}
