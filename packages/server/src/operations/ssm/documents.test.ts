import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { account, allow, given } from '@fairlead/testkit/given'
import { firstPreferences } from '../../domain/session-document.ts'

const Name = 'Team-Session'
const content = (description: string) => JSON.stringify({ ...firstPreferences, description }, null, 2)
const first = content('one')
const session = { DocumentType: 'Session', DocumentFormat: 'JSON' } as const

/** Only the members that the answer has. */
function present(answer: object | undefined): object {
  return Object.fromEntries(Object.entries(answer ?? {}).filter(([, value]) => value !== undefined))
}

async function withDocument(root: ApiClient): Promise<void> {
  await root.call('ssm', 'CreateDocument', { Name, Content: first, ...session })
}

test('a session document is answered as AWS answers it, and is active when it is read', async (t) => {
  const { root } = await given(t)
  const Tags = [{ Key: 'team', Value: 'red' }]
  const created = await root.call('ssm', 'CreateDocument', { Name, Content: first, ...session, Tags })
  const described = {
    Hash: createHash('sha256').update(first).digest('hex'),
    HashType: 'Sha256',
    Name,
    Owner: account,
    DocumentVersion: '1',
    PlatformTypes: ['Windows', 'Linux', 'MacOS'],
    DocumentType: 'Session',
    SchemaVersion: '1.0',
    LatestVersion: '1',
    DefaultVersion: '1',
    DocumentFormat: 'JSON',
    Tags,
  } as const
  assert.ok(created.DocumentDescription?.CreatedDate)
  const { CreatedDate } = created.DocumentDescription
  assert.deepEqual(present(created.DocumentDescription), { ...described, CreatedDate, Status: 'Creating' })

  const { Document } = await root.call('ssm', 'DescribeDocument', { Name })
  assert.deepEqual(present(Document), { ...described, CreatedDate, Status: 'Active' })
  const got = await root.call('ssm', 'GetDocument', { Name: `arn:aws:ssm:us-east-1:${account}:document/${Name}` })
  assert.partialDeepStrictEqual(got, { Name, Content: first, Status: 'Active', DocumentVersion: '1' })
})

test('a document that is not there is missed in the words of AWS', async (t) => {
  const { root } = await given(t)
  const missing = { code: 'InvalidDocument', message: 'Document with name nothing does not exist.' }
  const name = { Name: 'nothing' }
  for (const ask of [
    () => root.call('ssm', 'DescribeDocument', name),
    () => root.call('ssm', 'GetDocument', name),
    () => root.call('ssm', 'DeleteDocument', name),
    () => root.call('ssm', 'UpdateDocument', { ...name, Content: first }),
    () => root.call('ssm', 'UpdateDocumentDefaultVersion', { ...name, DocumentVersion: '1' }),
    () => root.call('ssm', 'StartSession', { Target: 'mi-00000000000000000', DocumentName: 'nothing' }),
  ]) {
    await assert.rejects(ask(), missing)
  }
  const elsewhere = { Name: `arn:aws:ssm:us-east-1:210987654321:document/SSM-SessionManagerRunShell` }
  await assert.rejects(root.call('ssm', 'GetDocument', elsewhere), { code: 'InvalidDocument' })
})

test('an update makes the latest version, and the default only when it is told to be', async (t) => {
  const { root } = await given(t)
  await withDocument(root)
  const update = (Content: string, more: object = {}) => root.call('ssm', 'UpdateDocument', { Name, Content, ...more })
  const described = async () => (await root.call('ssm', 'DescribeDocument', { Name })).Document

  const { DocumentDescription } = await update(content('two'), { VersionName: 'second', DocumentVersion: '$LATEST' })
  assert.partialDeepStrictEqual(DocumentDescription, {
    DocumentVersion: '2',
    LatestVersion: '2',
    DefaultVersion: '1',
    Status: 'Updating',
  })
  assert.partialDeepStrictEqual(await described(), { DocumentVersion: '1', LatestVersion: '2' })
  const latest = await root.call('ssm', 'GetDocument', { Name, DocumentVersion: '$LATEST' })
  assert.equal(latest.Content, content('two'))
  const named = await root.call('ssm', 'DescribeDocument', { Name, VersionName: 'second' })
  assert.equal(named.Document?.DocumentVersion, '2')

  const chosen = await root.call('ssm', 'UpdateDocumentDefaultVersion', { Name, DocumentVersion: '2' })
  assert.deepEqual(chosen.Description, { Name, DefaultVersion: '2', DefaultVersionName: 'second' })
  assert.equal((await described())?.DocumentVersion, '2')

  const invalid = { code: 'InvalidDocumentVersion' }
  await assert.rejects(update(content('three'), { DocumentVersion: '1' }), invalid)
  await assert.rejects(root.call('ssm', 'GetDocument', { Name, DocumentVersion: '9' }), invalid)
  await assert.rejects(root.call('ssm', 'GetDocument', { Name, VersionName: 'ninth' }), invalid)
  await assert.rejects(
    root.call('ssm', 'DescribeDocument', { Name, VersionName: 'second', DocumentVersion: '1' }),
    invalid,
  )
  await assert.rejects(root.call('ssm', 'UpdateDocumentDefaultVersion', { Name, DocumentVersion: '9' }), invalid)
  await assert.rejects(update(content('two')), { code: 'DuplicateDocumentContent' })
  await assert.rejects(update(content('three'), { VersionName: 'second' }), { code: 'DuplicateDocumentVersionName' })
})

test('a version goes alone unless it is the default, a document goes whole', async (t) => {
  const { root } = await given(t)
  await withDocument(root)
  await root.call('ssm', 'UpdateDocument', { Name, Content: content('two') })
  const remove = (input: object = {}) => root.call('ssm', 'DeleteDocument', { Name, ...input })

  await assert.rejects(remove({ DocumentVersion: '1' }), { code: 'InvalidDocumentOperation' })
  await remove({ DocumentVersion: '2' })
  assert.equal((await root.call('ssm', 'DescribeDocument', { Name })).Document?.LatestVersion, '1')
  await remove()
  await assert.rejects(remove(), { code: 'InvalidDocument' })
  await withDocument(root)
})

test('what cannot be a document is refused before anything is kept', async (t) => {
  const { root } = await given(t)
  const create = (input: object) => root.call('ssm', 'CreateDocument', { Name, Content: first, ...session, ...input })

  await assert.rejects(create({ Content: '{"schemaVersion":"1.0"}' }), {
    code: 'InvalidDocumentContent',
    message: /sessionType/,
  })
  await assert.rejects(create({ Content: first.replace('"1.0"', '"2.2"') }), { code: 'InvalidDocumentSchemaVersion' })
  await assert.rejects(create({ Content: ' '.repeat(70_000) }), { code: 'MaxDocumentSizeExceeded' })
  await assert.rejects(create({ DocumentType: 'Package' }), { code: 'ValidationException', message: /type Package/ })
  await assert.rejects(create({ DocumentType: undefined }), {
    code: 'InvalidDocumentSchemaVersion',
    message: /type Command/,
  })
  await assert.rejects(create({ DocumentFormat: 'TEXT' }), { code: 'ValidationException' })
  for (const Name of [
    'AWS-Mine',
    'aws-mine',
    'AWSEC2-Mine',
    'AWSSupportMine',
    'amazonMine',
    'Amazon_Mine',
    'amzn-mine',
  ]) {
    await assert.rejects(create({ Name }), { code: 'ValidationException', message: /reserved/ }, Name)
  }
  await assert.rejects(create({ Name: 'a' }), { code: 'ValidationException' })
  const { DocumentIdentifiers = [] } = await root.call('ssm', 'ListDocuments', {
    Filters: [{ Key: 'Owner', Values: ['Self'] }],
  })
  assert.deepEqual(
    DocumentIdentifiers.map((document) => document.Name),
    ['SSM-SessionManagerRunShell'],
  )
  await create({})
  await assert.rejects(create({}), { code: 'DocumentAlreadyExists' })
})

test('a document in YAML is kept as it is written and shown as JSON too', async (t) => {
  const { root } = await given(t)
  const Content = '# ours\nschemaVersion: "1.0"\nsessionType: Standard_Stream\ninputs:\n  runAsEnabled: false\n'
  await root.call('ssm', 'CreateDocument', { Name, Content, DocumentType: 'Session', DocumentFormat: 'YAML' })
  const yaml = await root.call('ssm', 'GetDocument', { Name, DocumentFormat: 'YAML' })
  assert.equal(yaml.Content, Content)
  const json = await root.call('ssm', 'GetDocument', { Name })
  assert.deepEqual(JSON.parse(json.Content ?? ''), {
    schemaVersion: '1.0',
    sessionType: 'Standard_Stream',
    inputs: { runAsEnabled: false },
  })
})

test("Amazon's documents and the preferences are there from the first start", async (t) => {
  const { root } = await given(t)
  const port = await root.call('ssm', 'DescribeDocument', { Name: 'AWS-StartPortForwardingSession' })
  assert.partialDeepStrictEqual(port.Document, { Owner: 'Amazon', DocumentType: 'Session', SchemaVersion: '1.0' })
  assert.deepEqual(
    port.Document?.Parameters?.map((parameter) => [parameter.Name, parameter.Type, parameter.DefaultValue]),
    [
      ['portNumber', 'String', '80'],
      ['localPortNumber', 'String', '0'],
    ],
  )
  const shell = await root.call('ssm', 'GetDocument', { Name: 'arn:aws:ssm:us-east-1::document/AWS-RunShellScript' })
  const { Document } = await root.call('ssm', 'DescribeDocument', { Name: 'AWS-RunShellScript' })
  assert.equal(
    createHash('sha256')
      .update(shell.Content ?? '')
      .digest('hex'),
    Document?.Hash,
  )
  assert.equal(
    (await root.call('ssm', 'DescribeDocument', { Name: 'SSM-SessionManagerRunShell' })).Document?.Owner,
    account,
  )

  const owned = { Name: 'AWS-StartSSHSession' }
  await assert.rejects(root.call('ssm', 'DeleteDocument', owned), { code: 'InvalidDocumentOperation' })
  await assert.rejects(root.call('ssm', 'UpdateDocument', { ...owned, Content: first }), {
    code: 'InvalidDocumentOperation',
  })
})

test('a server that starts again leaves the preferences as they are', async (t) => {
  const first = await given(t)
  const changed = { Name: 'SSM-SessionManagerRunShell', Content: content('ours') }
  await first.root.call('ssm', 'UpdateDocument', changed)
  await first.stop()

  const { root } = await given(t, { dataDir: first.dataDir })
  const { Content } = await root.call('ssm', 'GetDocument', { Name: changed.Name, DocumentVersion: '$LATEST' })
  assert.equal(Content, changed.Content)
})

test('a listing is whole over its pages, and every filter narrows it', async (t) => {
  const { root } = await given(t)
  for (const name of ['Alpha', 'Awesome', 'zeta']) {
    const Tags = [{ Key: 'name', Value: name }]
    await root.call('ssm', 'CreateDocument', { Name: name, Content: first, ...session, Tags })
  }
  const all: (string | undefined)[] = []
  let NextToken: string | undefined
  do {
    const page = await root.call('ssm', 'ListDocuments', { MaxResults: 2, ...(NextToken ? { NextToken } : {}) })
    all.push(...(page.DocumentIdentifiers ?? []).map((document) => document.Name))
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  assert.equal(all.length, 14)
  assert.deepEqual(all, [...all].sort())

  const find = async (input: object) => {
    const { DocumentIdentifiers = [] } = await root.call('ssm', 'ListDocuments', input)
    return DocumentIdentifiers.map((document) => document.Name)
  }
  const filter = (Key: string, ...Values: string[]) => find({ Filters: [{ Key, Values }] })
  assert.deepEqual(await filter('Owner', 'Self'), ['Alpha', 'Awesome', 'SSM-SessionManagerRunShell', 'zeta'])
  assert.deepEqual(await filter('Name', 'AWS-Run', 'z'), [
    'AWS-RunDocument',
    'AWS-RunPowerShellScript',
    'AWS-RunRemoteScript',
    'AWS-RunShellScript',
    'zeta',
  ])
  assert.deepEqual(await filter('tag:name', 'zeta'), ['zeta'])
  assert.equal((await filter('DocumentType', 'Session')).length, 9)
  assert.equal((await filter('Owner', 'Amazon')).length, 10)
  assert.deepEqual(await filter('SearchKeyword', 'powershell'), ['AWS-RunPowerShellScript', 'AWS-RunRemoteScript'])
  assert.deepEqual(await find({ DocumentFilterList: [{ key: 'Name', value: 'zeta' }] }), ['zeta'])
  assert.deepEqual(await find({ DocumentFilterList: [{ key: 'Name', value: 'A' }] }), await filter('Name', 'A'))
  assert.deepEqual(await find({ DocumentFilterList: [{ key: 'Name', value: 'Al' }] }), ['Alpha'])
  await assert.rejects(filter('Colour', 'red'), { code: 'InvalidFilterKey' })
})

test('policies see the type of a document and its tags', async (t) => {
  const statement = (Action: string, condition: object) => ({
    Effect: 'Allow',
    Action,
    Resource: '*',
    Condition: { StringEquals: condition },
  })
  const world = await given(t)
  await withDocument(world.root)
  await world.root.call('ssm', 'AddTagsToResource', {
    ResourceType: 'Document',
    ResourceId: Name,
    Tags: [{ Key: 'team', Value: 'red' }],
  })
  const user = await world.user('alice', [
    {
      Version: '2012-10-17',
      Statement: [
        statement('ssm:CreateDocument', { 'ssm:DocumentType': 'Session' }),
        statement('ssm:DescribeDocument', { 'ssm:DocumentType': 'Session' }),
        statement('ssm:GetDocument', { 'aws:ResourceTag/team': 'red' }),
      ],
    },
  ])
  const denied = { code: 'AccessDeniedException' }

  await user.call('ssm', 'DescribeDocument', { Name })
  await assert.rejects(user.call('ssm', 'DescribeDocument', { Name: 'AWS-RunShellScript' }), denied)
  await user.call('ssm', 'GetDocument', { Name })
  await assert.rejects(user.call('ssm', 'GetDocument', { Name: 'SSM-SessionManagerRunShell' }), denied)
  await user.call('ssm', 'CreateDocument', { Name: 'Mine', Content: first, ...session })
  await assert.rejects(
    user.call('ssm', 'CreateDocument', { Name: 'Mine-2', Content: first, DocumentType: 'Command' }),
    denied,
  )
})

test('a refusal to write a document names it as AWS does', async (t) => {
  const { caller } = await given(t, { policies: [allow('ssm:StartSession')] })
  for (const [action, ask] of [
    ['CreateDocument', () => caller.call('ssm', 'CreateDocument', { Name, Content: first, ...session })],
    ['DeleteDocument', () => caller.call('ssm', 'DeleteDocument', { Name })],
  ] as const) {
    const tail = new RegExp(`document/${Name} because no identity-based policy allows the ssm:${action} action$`)
    await assert.rejects(ask(), { code: 'AccessDeniedException', message: tail })
  }
})
