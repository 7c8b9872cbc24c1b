import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownedDocuments } from './document-catalogue.ts'
import { parseDocument, renderDocument } from './document-text.ts'
import { firstPreferences } from './session-document.ts'
import { readSessionContent } from './session-document-content.ts'

/** A copy of `base` with `value` at `path`; undefined takes the member away. */
function changed(base: object, path: string, value: unknown): unknown {
  const copy = structuredClone(base) as Record<string, unknown>
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  const place = keys.reduce((at, key) => at[key] as Record<string, unknown>, copy)
  if (value === undefined) delete place[last]
  else place[last] = value
  return copy
}

const port = {
  schemaVersion: '1.0',
  description: 'forward',
  sessionType: 'Port',
  parameters: { portNumber: { type: 'String', allowedPattern: '^[0-9]{1,5}$', default: '80' } },
  properties: { portNumber: '{{ portNumber }}', type: 'LocalPortForwarding', localPortNumber: '0', host: 'db' },
}

const command = {
  schemaVersion: '1.0',
  sessionType: 'NonInteractiveCommands',
  parameters: { path: { type: 'String', allowedPattern: '^/var/log/[a-z.]+$' } },
  properties: { linux: { commands: 'cat {{ path }}', runAsElevated: true, separateOutputStream: 'true' } },
}

test("the documents of the product, and the user guide's, are right by their own rules", () => {
  const owned = ownedDocuments().filter(({ type }) => type === 'Session')
  assert.equal(owned.length, 5)
  for (const { content } of owned) assert.equal(readSessionContent(content).description, content.description)
  assert.equal(readSessionContent(firstPreferences).inputs?.idleSessionTimeout, '20')
  for (const document of [port, command]) readSessionContent(document)
})

test('every field that is wrong is named, with the way to it', () => {
  const shell = firstPreferences
  const cases: readonly (readonly [base: object, path: string, value: unknown, message: RegExp])[] = [
    [shell, 'schemaVersion', undefined, /schemaVersion is required/],
    [shell, 'schemaVersion', 1, /schemaVersion is required, as text/],
    [shell, 'sessionType', undefined, /sessionType must be one of Standard_Stream/],
    [shell, 'sessionType', 'Shell', /sessionType must be one of/],
    [shell, 'description', 7, /description must be text/],
    [shell, 'unknown', 7, /unknown is not known/],
    [shell, 'inputs', undefined, /inputs is required/],
    [shell, 'inputs', [], /inputs must be an object/],
    [shell, 'inputs.other', '', /inputs\.other is not known/],
    [shell, 'inputs.s3BucketName', 'No Bucket', /inputs\.s3BucketName must be the name of a bucket/],
    ...['a..b', '192.168.0.1', 'ab', '-ab', 'xn--ab'].map(
      (value) => [shell, 'inputs.s3BucketName', value, /inputs\.s3BucketName must be the name of a bucket/] as const,
    ),
    [shell, 'inputs.s3BucketName', 1, /inputs\.s3BucketName must be text/],
    [shell, 'inputs.s3KeyPrefix', 'x'.repeat(501), /inputs\.s3KeyPrefix must not be longer/],
    [shell, 'inputs.s3EncryptionEnabled', 'yes', /inputs\.s3EncryptionEnabled must be true or false/],
    [shell, 'inputs.cloudWatchLogGroupName', 'a b', /inputs\.cloudWatchLogGroupName must be the name/],
    [shell, 'inputs.cloudWatchLogGroupName', 'aws/x', /inputs\.cloudWatchLogGroupName must be the name/],
    [shell, 'inputs.cloudWatchEncryptionEnabled', 1, /inputs\.cloudWatchEncryptionEnabled must be true or false/],
    [shell, 'inputs.cloudWatchStreamingEnabled', 'true', /inputs\.cloudWatchStreamingEnabled must be true or false/],
    [shell, 'inputs.kmsKeyId', 'a key', /inputs\.kmsKeyId must be the id/],
    [shell, 'inputs.runAsEnabled', undefined, /inputs\.runAsEnabled is required/],
    [shell, 'inputs.runAsEnabled', 'on', /inputs\.runAsEnabled must be true or false/],
    [shell, 'inputs.runAsDefaultUser', '-rf', /inputs\.runAsDefaultUser must be the name of a user/],
    [shell, 'inputs.runAsDefaultUser', 'a; id', /inputs\.runAsDefaultUser must be the name of a user/],
    [shell, 'inputs.shellProfile', 'date', /inputs\.shellProfile must be an object/],
    [shell, 'inputs.shellProfile.linux', 'x'.repeat(513), /inputs\.shellProfile\.linux must not be longer than 512/],
    [shell, 'inputs.shellProfile.macos', '', /inputs\.shellProfile\.macos is not known/],
    [
      shell,
      'inputs.idleSessionTimeout',
      20,
      /inputs\.idleSessionTimeout must be text: must be a whole number of minutes/,
    ],
    ...['0', '61', '1.5', '-1', '020', ' 20', 'ten'].map(
      (value) => [shell, 'inputs.idleSessionTimeout', value, /inputs\.idleSessionTimeout must be .* 1 to 60/] as const,
    ),
    ...['0', '1441', '2000', '01', '1e2'].map(
      (value) =>
        [shell, 'inputs.maxSessionDuration', value, /inputs\.maxSessionDuration must be .* 1 to 1440/] as const,
    ),
    [port, 'properties', undefined, /properties is required/],
    [port, 'properties.portNumber', undefined, /properties\.portNumber is required/],
    [port, 'properties.portNumber', '0', /properties\.portNumber must be a port/],
    [port, 'properties.portNumber', '65536', /properties\.portNumber must be a port/],
    [port, 'properties.localPortNumber', 'x', /properties\.localPortNumber must be a port/],
    [port, 'properties.type', 'Remote', /properties\.type must be LocalPortForwarding/],
    [port, 'properties.host', 'a b', /properties\.host must be a host name/],
    [port, 'properties.linux', {}, /properties\.linux is not known/],
    [port, 'parameters', [], /parameters must be an object/],
    [port, 'parameters.a b', { type: 'String' }, /parameters\.a b is not a name/],
    [port, 'parameters.portNumber.type', 'Number', /parameters\.portNumber\.type must be one of/],
    [port, 'parameters.portNumber.default', 80, /parameters\.portNumber\.default must be a String/],
    [port, 'parameters.portNumber.allowedPattern', '(?=a)', /allowedPattern is not a pattern that can be used/],
    [port, 'parameters.portNumber.allowedValues', 'a', /allowedValues must be a list/],
    [port, 'parameters.portNumber.maxChars', '5', /maxChars must be a whole number/],
    [port, 'parameters.portNumber.minItems', -1, /minItems must be a whole number/],
    [port, 'parameters.portNumber.extra', 1, /parameters\.portNumber\.extra is not known/],
    [command, 'properties', {}, /properties\.linux is required, or windows or macos/],
    [command, 'properties.linux.commands', undefined, /properties\.linux\.commands is required/],
    [command, 'properties.linux.commands', ['id'], /properties\.linux\.commands must be text/],
    [command, 'properties.linux.runAsElevated', 'true', /properties\.linux\.runAsElevated must be true or false/],
    [command, 'properties.linux.separateOutputStream', 'x', /separateOutputStream must be true or false/],
    [command, 'properties.linux.stdOutSeparatorPrefix', '$', /stdOutSeparatorPrefix must be 30/],
    [command, 'properties.linux.stdErrSeparatorPrefix', '$', /stdErrSeparatorPrefix must be 30/],
    [command, 'properties.linux.shell', 'sh', /properties\.linux\.shell is not known/],
  ]
  for (const [base, path, value, message] of cases) {
    const refused = { code: 'InvalidDocumentContent', message }
    assert.throws(() => readSessionContent(changed(base, path, value)), refused, `${path}: ${value}`)
  }
})

test('minutes are taken at the ends of their ranges, and none at all', () => {
  for (const [input, values] of [
    ['idleSessionTimeout', ['1', '9', '10', '59', '60', '']],
    ['maxSessionDuration', ['1', '60', '999', '1000', '1050', '1439', '1440', '']],
  ] as const) {
    for (const value of values) readSessionContent(changed(firstPreferences, `inputs.${input}`, value))
  }
})

test('another version of the schema is refused as such', () => {
  const refused = { code: 'InvalidDocumentSchemaVersion' }
  assert.throws(() => readSessionContent(changed(firstPreferences, 'schemaVersion', '2.2')), refused)
})

test('YAML is read as JSON is, and neither when it is broken, too large, too deep or too clever', () => {
  assert.deepEqual(parseDocument(renderDocument(port, 'YAML'), 'YAML'), port)
  const unreadable = { code: 'InvalidDocumentContent' }
  assert.throws(() => parseDocument('{', 'JSON'), unreadable)
  assert.throws(() => parseDocument('a: [', 'YAML'), unreadable)
  assert.throws(() => parseDocument('['.repeat(40) + ']'.repeat(40), 'JSON'), unreadable)
  const laughs =
    'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n'
  assert.throws(() => parseDocument(laughs, 'YAML'), unreadable)
  assert.throws(() => parseDocument(' '.repeat(65_537), 'JSON'), { code: 'MaxDocumentSizeExceeded' })
  assert.throws(() => readSessionContent(parseDocument('null', 'JSON')), unreadable)
  assert.throws(() => readSessionContent(parseDocument('{"__proto__":{}}', 'JSON')), unreadable)
})
