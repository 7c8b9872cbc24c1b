import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { registerFleet } from '@fairlead/testkit/fleet'
import { account, allow, given, region } from '@fairlead/testkit/given'
import { clientCall } from '@fairlead/wire/client'

// One server for all: each test has documents of its own.
const hooks: (() => Promise<void>)[] = []
const world = await given({ after: (end) => hooks.push(end) })
after(async () => {
  for (const end of hooks) await end()
})
const { root } = world
const [node] = await registerFleet(root, { url: world.url, region, count: 1 })
const InstanceIds = [node?.nodeId ?? '']

const yaml = `# Greets.
schemaVersion: '2.2'
description: Say hello.
parameters:
  name: { type: String, description: Whom to greet., default: world, allowedPattern: '[a-z]+', maxChars: 8 }
  colours: { type: StringList, default: [red], allowedValues: [red, blue], maxItems: 2 }
mainSteps:
- action: aws:runShellScript
  name: greet
  inputs: { runCommand: ["echo hello {{ name }}", "{{ colours }}"], timeoutSeconds: '60' }
`
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

const inYaml = { DocumentFormat: 'YAML' } as const

async function create(Name: string, more: object = {}): Promise<void> {
  await root.call('ssm', 'CreateDocument', { Name, Content: yaml, ...inYaml, ...more })
}

test('a command document is described by what its content says', async () => {
  await create('Greet', { VersionName: 'first', DisplayName: 'Greeting', TargetType: '/AWS::EC2::Instance' })
  const { Document } = await root.call('ssm', 'DescribeDocument', { Name: 'Greet' })
  assert.partialDeepStrictEqual(Document, {
    Hash: sha256(yaml),
    HashType: 'Sha256',
    Name: 'Greet',
    DisplayName: 'Greeting',
    VersionName: 'first',
    Owner: account,
    Status: 'Active',
    DocumentVersion: '1',
    Description: 'Say hello.',
    Parameters: [
      { Name: 'name', Type: 'String', Description: 'Whom to greet.', DefaultValue: 'world' },
      { Name: 'colours', Type: 'StringList', DefaultValue: '["red"]' },
    ],
    PlatformTypes: ['Linux', 'MacOS'],
    DocumentType: 'Command',
    SchemaVersion: '2.2',
    LatestVersion: '1',
    DefaultVersion: '1',
    DocumentFormat: 'YAML',
    TargetType: '/AWS::EC2::Instance',
  })
  const asYaml = await root.call('ssm', 'GetDocument', { Name: 'Greet', DocumentFormat: 'YAML' })
  assert.equal(asYaml.Content, yaml)
  const { Content = '' } = await root.call('ssm', 'GetDocument', { Name: 'Greet' })
  assert.partialDeepStrictEqual(JSON.parse(Content), { schemaVersion: '2.2', mainSteps: [{ name: 'greet' }] })
})

test('a mistake in a document is told with its place, and nothing is kept', async () => {
  const wrong = { Name: 'Wrong', Content: yaml.replace('{{ name }}', '{{ nmae }}'), DocumentFormat: 'YAML' } as const
  await assert.rejects(root.call('ssm', 'CreateDocument', wrong), {
    code: 'InvalidDocumentContent',
    message: 'Parameter "nmae" is not declared. It is named in mainSteps[0].inputs.runCommand[0].',
  })
  await assert.rejects(root.call('ssm', 'GetDocument', { Name: 'Wrong' }), { code: 'InvalidDocument' })
  await assert.rejects(create('Wrong', { Attachments: [{ Key: 'SourceUrl', Values: ['s3://b'] }] }), {
    code: 'ValidationException',
    message: /Attachments/,
  })
})

test('what could never be sent is refused when it is written, in each version', async () => {
  const Name = 'Sendable'
  await create(Name)
  const write = (operation: 'CreateDocument' | 'UpdateDocument', from: string, to: string) =>
    root.call('ssm', operation, {
      Name: operation === 'CreateDocument' ? 'Unsendable' : Name,
      Content: yaml.replace(from, to),
      ...inYaml,
    })
  for (const [from, to, message] of [
    ['default: world,', 'minChars: 9,', /parameters\.name\.minChars must not be more than maxChars, 8/],
    ["timeoutSeconds: '60'", 'environment: { a b: c }', /mainSteps\[0\]\.inputs\.environment must name .* not "a b"/],
  ] as const) {
    await assert.rejects(write('CreateDocument', from, to), { code: 'InvalidDocumentContent', message })
    await assert.rejects(write('UpdateDocument', from, to), { code: 'InvalidDocumentContent', message })
  }
  const Content = JSON.stringify({
    schemaVersion: '1.0',
    sessionType: 'InteractiveCommands',
    parameters: { word: { type: 'String', default: 'A', allowedPattern: '[a-z]' } },
    properties: { linux: { commands: 'echo {{ word }}' } },
  })
  await assert.rejects(root.call('ssm', 'CreateDocument', { Name: 'Unsendable', Content, DocumentType: 'Session' }), {
    code: 'InvalidDocumentContent',
    message: /parameters\.word\.default does not fit/,
  })
})

test('an update keeps what it does not say of a document, but for the format, which is JSON then', async () => {
  const Name = 'Kept'
  const kept = { DisplayName: 'Shown', TargetType: '/AWS::EC2::Instance', Tags: [{ Key: 'team', Value: 'ops' }] }
  await create(Name, kept)
  const update = (more: object) => root.call('ssm', 'UpdateDocument', { Name, Content: `${yaml}# 2`, ...more })
  await assert.rejects(update({}), { code: 'InvalidDocumentContent' })
  assert.partialDeepStrictEqual((await update(inYaml)).DocumentDescription, { DocumentVersion: '2', ...kept })
  const Content = JSON.stringify({
    schemaVersion: '2.2',
    mainSteps: [{ action: 'aws:runShellScript', name: 'a', inputs: { runCommand: ['ls'] } }],
  })
  const { DocumentDescription } = await update({ Content, DisplayName: 'Other' })
  const third = { DocumentVersion: '3', DocumentFormat: 'JSON', DisplayName: 'Other', TargetType: kept.TargetType }
  assert.partialDeepStrictEqual(DocumentDescription, third)
})

test('versions are listed newest first, a page at a time', async () => {
  await create('Versions')
  for (const word of ['two', 'three']) {
    await root.call('ssm', 'UpdateDocument', {
      Name: 'Versions',
      Content: `${yaml}# ${word}`,
      VersionName: word,
      ...inYaml,
    })
  }
  const first = await root.call('ssm', 'ListDocumentVersions', { Name: 'Versions', MaxResults: 2 })
  assert.deepEqual(
    first.DocumentVersions?.map((version) => [version.DocumentVersion, version.VersionName, version.IsDefaultVersion]),
    [
      ['3', 'three', false],
      ['2', 'two', false],
    ],
  )
  const NextToken = first.NextToken ?? ''
  const rest = await root.call('ssm', 'ListDocumentVersions', { Name: 'Versions', NextToken })
  assert.partialDeepStrictEqual(rest.DocumentVersions, [{ DocumentVersion: '1', IsDefaultVersion: true }])
  assert.equal(rest.NextToken, undefined)
  const owned = await root.call('ssm', 'ListDocumentVersions', { Name: 'AWS-RunShellScript' })
  assert.partialDeepStrictEqual(owned.DocumentVersions, [{ DocumentVersion: '1', IsDefaultVersion: true }])
  await assert.rejects(root.call('ssm', 'ListDocumentVersions', { Name: 'Nothing' }), { code: 'InvalidDocument' })
})

test('a document of schema 1.2 has one version', async () => {
  const oldest = (runCommand: string) =>
    JSON.stringify({
      schemaVersion: '1.2',
      runtimeConfig: { 'aws:runShellScript': { properties: [{ id: 'a', runCommand: [runCommand] }] } },
    })
  await root.call('ssm', 'CreateDocument', { Name: 'Oldest', Content: oldest('id') })
  const update = root.call('ssm', 'UpdateDocument', { Name: 'Oldest', Content: oldest('ls') })
  await assert.rejects(update, { code: 'InvalidDocumentSchemaVersion' })
  const { Command } = await root.call('ssm', 'SendCommand', { DocumentName: 'Oldest', InstanceIds })
  const CommandId = Command?.CommandId ?? ''
  const [InstanceId = ''] = InstanceIds
  const invocation = await root.call('ssm', 'GetCommandInvocation', { CommandId, InstanceId })
  assert.equal(invocation.PluginName, 'aws:runShellScript')
})

test('what a document requires must be there, and is told', async () => {
  await create('Base')
  const Requires = [{ Name: 'Base', Version: '1', RequireType: 'Any' }]
  await create('Upper', { Requires })
  const { Document } = await root.call('ssm', 'DescribeDocument', { Name: 'Upper' })
  assert.partialDeepStrictEqual(Document?.Requires, Requires)
  await assert.rejects(create('Other', { Requires: [{ Name: 'Base', Version: '9' }] }), {
    code: 'ValidationException',
    message: /Base was not found/,
  })
})

test("a command runs the version of one's own document that is asked for", async () => {
  await create('Mine')
  await root.call('ssm', 'UpdateDocument', { Name: 'Mine', Content: yaml.replace('hello', 'goodbye'), ...inYaml })
  const send = async (more: object) => {
    const { Command } = await root.call('ssm', 'SendCommand', { DocumentName: 'Mine', InstanceIds, ...more })
    return Command
  }
  assert.partialDeepStrictEqual(await send({}), { DocumentName: 'Mine', DocumentVersion: '$DEFAULT' })
  assert.partialDeepStrictEqual(await send({ DocumentVersion: '2' }), { DocumentVersion: '2' })
  const hashOfSecond = { DocumentHash: sha256(yaml.replace('hello', 'goodbye')), DocumentHashType: 'Sha256' }
  assert.ok(await send({ ...hashOfSecond, DocumentVersion: '$LATEST' }))
  assert.ok(await send({ DocumentHash: createHash('sha1').update(yaml).digest('hex'), DocumentHashType: 'Sha1' }))
  await assert.rejects(send(hashOfSecond), { code: 'InvalidDocument', message: /not the Sha256 of version 1/ })
  await assert.rejects(send({ DocumentVersion: '3' }), { code: 'InvalidDocumentVersion' })
  await assert.rejects(send({ DocumentName: 'SSM-SessionManagerRunShell' }), {
    code: 'InvalidDocument',
    message: /type Session/,
  })
  const arn = (number: string) => `arn:aws:ssm:${region}:${number}:document/Mine`
  assert.partialDeepStrictEqual(await send({ DocumentName: arn(account) }), { DocumentName: 'Mine' })
  await assert.rejects(send({ DocumentName: arn('210987654321') }), { code: 'InvalidDocument' })
})

test('parameters keep the bounds that the document declares', async () => {
  await create('Bounds')
  const send = (Parameters: Readonly<Record<string, readonly string[]>>) =>
    root.call('ssm', 'SendCommand', { DocumentName: 'Bounds', InstanceIds, Parameters })
  assert.ok(await send({ name: ['ann'], colours: ['red', 'blue'] }))
  const wrong: readonly (readonly [Readonly<Record<string, readonly string[]>>, RegExp])[] = [
    [{ name: ['Ann'] }, /"name" has a value that does not match/],
    [{ name: ['annannann'] }, /longer than 8/],
    [{ name: ['$(id)'] }, /does not match/],
    [{ name: ['ann', 'bob'] }, /"name" is not a String/],
    [{ colours: ['green'] }, /not found in \[red, blue\]/],
    [{ colours: ['red', 'red', 'red'] }, /more than 2 items/],
    [{ nmae: ['ann'] }, /Unknown parameter: nmae. It has name, colours\.$/],
  ]
  for (const [parameters, message] of wrong) {
    await assert.rejects(send(parameters), { code: 'InvalidParameters', message })
  }
})

test('the maps of a list are given one by one, or as the JSON of the whole list', async () => {
  const Content = JSON.stringify({
    schemaVersion: '2.2',
    parameters: { maps: { type: 'MapList', minItems: 2, maxItems: 3 } },
    mainSteps: [{ action: 'aws:runShellScript', name: 'show', inputs: { runCommand: ["echo '{{ maps }}'"] } }],
  })
  await create('Maps', { Content, DocumentFormat: 'JSON' })
  const send = (...maps: string[]) =>
    root.call('ssm', 'SendCommand', { DocumentName: 'Maps', InstanceIds, Parameters: { maps } })
  await send('[{"a":"b"},{"c":"d"}]')
  await send('{"a":"b"}', '{"c":"d"}')
  await send('{"a":"b"}', '[{"c":"d"},{}]')
  for (const [maps, message] of [
    [['[{"a":"b"}]'], /"maps" has fewer than 2 items/],
    [['[{},{},{},{}]'], /"maps" has more than 3 items/],
    [['[{},[{}]]'], /"maps" is not a MapList/],
    [['[{},1]'], /"maps" is not a MapList/],
    [['[{},'], /"maps" is not a MapList/],
  ] as const) {
    await assert.rejects(send(...maps), { code: 'InvalidParameters', message })
  }
})

test('a pattern that would take ages elsewhere does not stop the server', async () => {
  const Content = JSON.stringify({
    schemaVersion: '2.2',
    parameters: { text: { type: 'String', allowedPattern: '((a+)+)+b' } },
    mainSteps: [{ action: 'aws:runShellScript', name: 'one', inputs: { runCommand: ['id'] } }],
  })
  await root.call('ssm', 'CreateDocument', { Name: 'Slow', Content })
  const Parameters = { text: ['a'.repeat(30_000)] }
  const sent = root.call('ssm', 'SendCommand', { DocumentName: 'Slow', InstanceIds, Parameters })
  await assert.rejects(sent, { code: 'InvalidParameters' })
})

test('what a command names of Parameter Store must be there, in clear, and allowed to the caller', async () => {
  await create('Referring')
  for (const [Name, Type, Value] of [
    ['/greet/name', 'String', 'ann'],
    ['/greet/loud', 'String', 'ANN'],
    ['/greet/secret', 'SecureString', 'ann'],
  ] as const) {
    await root.call('ssm', 'PutParameter', { Name, Type, Value })
  }
  const order = (value: string) => ({
    DocumentName: 'Referring',
    InstanceIds,
    Parameters: { name: [value] },
  })
  // It is kept as it was written: the nodes look it up.
  const { Command } = await root.call('ssm', 'SendCommand', order('{{ssm:/greet/name}}'))
  assert.partialDeepStrictEqual(Command?.Parameters, { name: ['{{ssm:/greet/name}}'] })
  assert.ok(await root.call('ssm', 'SendCommand', order('{{ ssm:/greet/name:1 }}')))
  for (const [value, message] of [
    ['{{ssm:/greet/loud}}', /does not match/],
    ['{{ssm:/greet/nobody}}', /nobody not found/],
    ['{{ssm:/greet/name:7}}', /version 7/],
    ['{{ssm:/greet/secret}}', /\/greet\/secret\] of type SecureString are not supported/],
  ] as const) {
    await assert.rejects(root.call('ssm', 'SendCommand', order(value)), { code: 'InvalidParameters', message })
  }
  const list = { Name: '/greet/colours', Type: 'StringList' } as const
  const sendColours = async (Value: string, ...colours: string[]) => {
    await root.call('ssm', 'PutParameter', { ...list, Value, Overwrite: true })
    return await root.call('ssm', 'SendCommand', { DocumentName: 'Referring', InstanceIds, Parameters: { colours } })
  }
  // The nodes make as many items of it.
  assert.ok(await sendColours('red,blue', '{{ssm:/greet/colours}}'))
  for (const [value, item, message] of [
    ['red,green', '{{ssm:/greet/colours}}', /"colours" has a value not found in/],
    ['red,blue,red', '{{ssm:/greet/colours}}', /"colours" has more than 2 items/],
    ['red', '{{ssm:/greet/colours}}!', /colours of type StringList cannot be used as a String/],
  ] as const) {
    await assert.rejects(sendColours(value, item), { code: 'InvalidParameters', message })
  }
  const sender = await world.user('sender', [allow('ssm:SendCommand')])
  assert.ok(await sender.call('ssm', 'SendCommand', order('bob')))
  await assert.rejects(sender.call('ssm', 'SendCommand', order('{{ssm:/greet/name}}')), {
    code: 'AccessDeniedException',
    message: /ssm:GetParameters on resource: arn:aws:ssm:us-east-1:123456789012:parameter\/greet\/name/,
  })
})

test('a dry run judges a document and its parameters as the command does', async () => {
  await create('Rehearsed')
  const rehearse = async (input: object): Promise<unknown> => {
    const { headers, body } = clientCall('ssm', 'SendCommand', { DocumentName: 'Rehearsed', InstanceIds, ...input })
    const answer = await root.send({ service: 'ssm', headers: { ...headers, 'x-fairlead-dry-run': '1' }, body })
    return JSON.parse(answer.body.toString())
  }
  assert.partialDeepStrictEqual(await rehearse({}), { DryRun: { WouldSucceed: true } })
  for (const [input, Code] of [
    [{ DocumentVersion: '2' }, 'InvalidDocumentVersion'],
    [{ Parameters: { name: ['Ann'] } }, 'InvalidParameters'],
    [{ Parameters: { name: ['{{ssm:nobody}}'] } }, 'InvalidParameters'],
  ] as const) {
    assert.partialDeepStrictEqual(await rehearse(input), { DryRun: { WouldSucceed: false, Refusal: { Code } } })
  }
})

test('who may send a document by its tag may send no other', async () => {
  await create('Tagged', { Tags: [{ Key: 'for', Value: 'all' }] })
  await create('Untagged')
  const sender = await world.user('tags', [
    {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'ssm:SendCommand',
          Resource: 'arn:aws:ssm:*:*:document/*',
          Condition: { StringEquals: { 'aws:ResourceTag/for': 'all' } },
        },
        { Effect: 'Allow', Action: 'ssm:SendCommand', Resource: 'arn:aws:ssm:*:*:managed-instance/*' },
      ],
    },
  ])
  assert.ok(await sender.call('ssm', 'SendCommand', { DocumentName: 'Tagged', InstanceIds }))
  await assert.rejects(sender.call('ssm', 'SendCommand', { DocumentName: 'Untagged', InstanceIds }), {
    code: 'AccessDeniedException',
  })
})

test('listings are narrowed by what documents are for', async () => {
  const windows = yaml.replace('aws:runShellScript', 'aws:psModule')
  await create('List-Windows', { Content: windows, TargetType: '/AWS::EC2::Instance' })
  await create('List-Linux', { Content: yaml.replace("'2.2'", '2.2') })
  const find = async (...Filters: { Key: string; Values: string[] }[]) => {
    const { DocumentIdentifiers = [] } = await root.call('ssm', 'ListDocuments', {
      Filters: [{ Key: 'Name', Values: ['List-'] }, ...Filters],
    })
    return DocumentIdentifiers.map((document) => document.Name)
  }
  assert.deepEqual(await find(), ['List-Linux', 'List-Windows'])
  assert.deepEqual(await find({ Key: 'PlatformTypes', Values: ['Windows'] }), ['List-Windows'])
  assert.deepEqual(await find({ Key: 'PlatformTypes', Values: ['MacOS', 'Windows'] }), ['List-Linux', 'List-Windows'])
  assert.deepEqual(await find({ Key: 'TargetType', Values: ['/AWS::EC2::Instance'] }), ['List-Windows'])
  assert.deepEqual(await find({ Key: 'SearchKeyword', Values: ['psmodule'] }), ['List-Windows'])
  assert.deepEqual(await find({ Key: 'Owner', Values: ['Private'] }, { Key: 'DocumentType', Values: ['Session'] }), [])
  assert.deepEqual(await find({ Key: 'Owner', Values: ['ThirdParty'] }), [])
  const old = await root.call('ssm', 'ListDocuments', {
    DocumentFilterList: [
      { key: 'Owner', value: 'Self' },
      { key: 'PlatformTypes', value: 'Windows' },
    ],
  })
  assert.ok(old.DocumentIdentifiers?.some((document) => document.Name === 'List-Windows'))
  // Agents that run it inside of another one read the version as text.
  const { Content = '' } = await root.call('ssm', 'GetDocument', { Name: 'List-Linux' })
  assert.partialDeepStrictEqual(JSON.parse(Content), { schemaVersion: '2.2' })
})
