import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codecs, type ServiceId, WireError } from './codec.ts'
import type { Model } from './model/model.ts'
import { operationCodecs } from './operation-codec.ts'
import type { ItemStyle } from './validate.ts'

const node = 'mi-0123456789abcdef0'

test('a required member that is missing, or null, must not be null', () => {
  const text =
    "1 validation error detected: Value null at 'documentName' failed to satisfy constraint: Member must not be null"
  assert.equal(refusal('ssm', 'SendCommand', {}), text)
  assert.equal(refusal('ssm', 'SendCommand', { DocumentName: null }), text)
})

test('a number out of range is told with its bound', () => {
  const at = (TimeoutSeconds: number) => refusal('ssm', 'SendCommand', { DocumentName: 'abc', TimeoutSeconds })
  assert.equal(at(29), one("Value '29' at 'timeoutSeconds'", 'Member must have value greater than or equal to 30'))
  assert.equal(
    at(2592001),
    one("Value '2592001' at 'timeoutSeconds'", 'Member must have value less than or equal to 2592000'),
  )
  assert.equal(at(30), 'accepted')
  assert.equal(at(2592000), 'accepted')
})

test('a length out of range is told with its bound', () => {
  const at = (Reason: string) => refusal('ssm', 'StartSession', { Target: node, Reason })
  const long = 'x'.repeat(257)
  assert.match(at(long), /'x{257}' at 'reason' .*: Member must have length less than or equal to 256$/)
  assert.match(
    at(''),
    /^2 validation errors detected: Value '' at 'reason' .* greater than or equal to 1; .* pattern: /,
  )
})

test('a length is counted in characters, not in code units', () => {
  assert.equal(refusal('ssm', 'StartSession', { Target: node, Reason: '😀'.repeat(256) }), 'accepted')
  assert.match(refusal('ssm', 'StartSession', { Target: node, Reason: '😀'.repeat(257) }), /less than or equal to 256$/)
})

test('a value that is not of the enumeration is told with all values', () => {
  assert.equal(
    refusal('ssm', 'SendCommand', { DocumentName: 'abc', DocumentHashType: 'Md5' }),
    one("Value 'Md5' at 'documentHashType'", 'Member must satisfy enum value set: [Sha256, Sha1]'),
  )
})

test('a text that does not fit is told with the pattern as the model has it', () => {
  assert.equal(
    refusal('ssm', 'GetDocument', { Name: 'a b' }),
    one("Value 'a b' at 'name'", 'Member must satisfy regular expression pattern: ^[a-zA-Z0-9_\\-.:/]{3,128}$'),
  )
})

test('a text that is too long is not tried against its pattern', () => {
  assert.doesNotMatch(refusal('ssm', 'StartSession', { Target: node, Reason: 'x'.repeat(300) }), /pattern/)
})

test('a list or map with too many or too few items is told whole', () => {
  const InstanceIds = Array.from({ length: 51 }, () => node)
  assert.match(
    refusal('ssm', 'SendCommand', { DocumentName: 'abc', InstanceIds }),
    /^1 .* at 'instanceIds' .* length less than or equal to 50$/,
  )
  assert.equal(
    refusal('ssm', 'GetParameters', { Names: [] }),
    one("Value '[]' at 'names'", 'Member must have length greater than or equal to 1'),
  )
})

test('a bad item is told with its whole list and every constraint of an item', () => {
  assert.equal(
    refusal('ssm', 'GetParameters', { Names: ['ok', ''] }),
    one(
      "Value '[ok, ]' at 'names'",
      'Member must satisfy constraint: [Member must have length less than or equal to 2048, Member must have length greater than or equal to 1]',
    ),
  )
})

test('a member of a structure in a list is told by its number', () => {
  assert.equal(
    refusal('ssm', 'SendCommand', { DocumentName: 'abc', Targets: [{ Key: 'a' }, { Key: '' }] }),
    one("Value '' at 'targets.2.member.key'", 'Member must have length greater than or equal to 1'),
  )
})

test('where a service names items one by one, the item is told by its number', () => {
  assert.equal(
    styled('element', { Names: ['ok', ''] }),
    one("Value '' at 'names.2.member'", 'Member must have length greater than or equal to 1'),
  )
  assert.equal(
    styled('container', { Names: ['ok', ''] }),
    one(
      "Value '[ok, ]' at 'names'",
      'Member must satisfy constraint: [Member must have length greater than or equal to 1]',
    ),
  )
})

test('a bad key and a bad value of a map are told with the map', () => {
  assert.equal(
    styled('container', { Labels: { toolong: 'x' } }),
    one(
      "Value '{toolong=x}' at 'labels'",
      'Map keys must satisfy constraint: [Member must have length less than or equal to 3]',
    ),
  )
  assert.equal(
    styled('container', { Labels: { a: '' } }),
    one(
      "Value '{a=}' at 'labels'",
      'Map value must satisfy constraint: [Member must have length greater than or equal to 1]',
    ),
  )
})

test('a bad value of a map is told by its key where items are told one by one', () => {
  assert.equal(
    styled('element', { Labels: { a: '' } }),
    one("Value '' at 'labels.a.member'", 'Member must have length greater than or equal to 1'),
  )
})

test('a secret is never repeated, alone or in a list', () => {
  assert.equal(
    refusal('iam', 'CreateLoginProfile', 'UserName=bob&Password='),
    [
      "2 validation errors detected: Value at 'password' failed to satisfy constraint: Member must have length greater than or equal to 1",
      "Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u00FF]+",
    ].join('; '),
  )
  assert.equal(
    styled('container', { Secrets: ['geheim'] }),
    one("Value at 'secrets'", 'Member must satisfy constraint: [Member must have length less than or equal to 3]'),
  )
})

test('several faults are told together, ten at most', () => {
  const Targets = Array.from({ length: 5 }, () => ({ Key: '' }))
  const text = refusal('ssm', 'CreateAssociation', { Targets, ApplyOnlyAtCronInterval: true })
  assert.match(text, /^6 validation errors detected: Value null at 'name'/)
  const many = Array.from({ length: 50 }, () => ({ Key: '' }))
  assert.match(
    refusal('ssm', 'AddTagsToResource', { ResourceType: 'ManagedInstance', ResourceId: node, Tags: many }),
    /^10 validation errors detected/,
  )
})

test('a value that is very long is repeated in part', () => {
  const text = refusal('ssm', 'GetDocument', { Name: 'x'.repeat(100_000) })
  assert.ok(text.length < 2000, `${text.length} characters`)
})

// The model's pattern leaves these out; AWS documents 1 to 1,440.
test('a session may last every number of minutes from 1 to 1440', () => {
  for (let minutes = 1; minutes <= 1440; minutes++)
    assert.equal(styled('container', { Minutes: String(minutes) }), 'accepted')
  for (const minutes of ['0', '01', '1441', '1500', '-1', '1.5', ''])
    assert.notEqual(styled('container', { Minutes: minutes }), 'accepted')
})

test('names of the query protocol are told in the same words, under its own code', () => {
  const error = caught('iam', 'CreateUser', 'UserName=a%20b')
  assert.equal(error?.code, 'ValidationError')
  assert.equal(
    error.message,
    one("Value 'a b' at 'userName'", 'Member must satisfy regular expression pattern: [\\w+=,.@-]+'),
  )
})

function one(what: string, constraint: string): string {
  return `1 validation error detected: ${what} failed to satisfy constraint: ${constraint}`
}

function caught(service: ServiceId, operation: string, input: unknown): WireError | undefined {
  const body = typeof input === 'string' ? input : JSON.stringify(input)
  try {
    codecs[service].operation(operation)?.decode(new TextEncoder().encode(body))
    return undefined
  } catch (error) {
    assert.ok(error instanceof WireError)
    return error
  }
}

function refusal(service: ServiceId, operation: string, input: unknown): string {
  return caught(service, operation, input)?.message ?? 'accepted'
}

const tiny: Model = {
  metadata: { protocol: 'json', apiVersion: '1', signingName: 'tiny', targetPrefixes: ['Tiny'] },
  operations: { Try: { input: 'TryRequest', errors: [] } },
  errors: {},
  shapes: {
    TryRequest: {
      type: 'structure',
      members: { Names: 'Names', Labels: 'Labels', Secrets: 'Secrets', Minutes: 'MaxSessionDuration' },
    },
    Names: { type: 'list', member: 'Name' },
    Labels: { type: 'map', key: 'Label', value: 'Name' },
    Secrets: { type: 'list', member: 'Secret' },
    Name: { type: 'string', min: 1 },
    Label: { type: 'string', max: 3 },
    Secret: { type: 'string', max: 3, sensitive: true },
    MaxSessionDuration: { type: 'string', pattern: '^([1-9]|[1-9][0-9]|[1-9][0-9][0-9]|1[0-4][0-3][0-9]|1440)$' },
  },
}

function styled(style: ItemStyle, input: unknown): string {
  try {
    operationCodecs(tiny, style)('Try')?.decode(new TextEncoder().encode(JSON.stringify(input)))
    return 'accepted'
  } catch (error) {
    assert.ok(error instanceof WireError)
    return error.message
  }
}
