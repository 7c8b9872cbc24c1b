import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readCommandContent } from './command-document-content.ts'
import { ownedDocuments } from './document-catalogue.ts'
import { withEnvironment } from './document-environment.ts'
import { parseDocument } from './document-text.ts'
import { ServiceError } from './error.ts'

const script = { action: 'aws:runShellScript', name: 'one', inputs: { runCommand: ['id'] } }
const whole = { schemaVersion: '2.2', mainSteps: [script] }

function refusal(value: unknown): string {
  try {
    readCommandContent(value)
  } catch (error) {
    assert.ok(error instanceof ServiceError, String(error))
    return `${error.code}: ${error.message}`
  }
  assert.fail(`it was accepted: ${JSON.stringify(value).slice(0, 200)}`)
}

test('a document of each schema is read as agents take it', () => {
  const parameters = { names: { type: 'StringList', default: ['a'], displayType: 'textarea' } }
  const full = {
    schemaVersion: '2.2',
    description: 'All of it',
    parameters,
    mainSteps: [
      {
        ...script,
        description: 'one',
        precondition: { StringEquals: ['platformType', 'Linux'] },
        maxAttempts: 2,
        timeoutSeconds: 60,
        onFailure: 'Abort',
        inputs: {
          runCommand: '{{ names }}',
          environment: { A: '1' },
          timeoutSeconds: '60',
          onFailure: 'successAndExit',
          onSuccess: 'exit',
        },
      },
      { ...script, name: 'last', inputs: { runCommand: ['id'], finallyStep: true } },
    ],
  }
  assert.deepEqual(readCommandContent(full), full)
  const older = { ...full, schemaVersion: '2.0', mainSteps: [script] }
  assert.deepEqual(readCommandContent(older), older)
  const oldest = {
    schemaVersion: '1.2',
    parameters,
    runtimeConfig: {
      'aws:runShellScript': { properties: [{ id: '0.aws:runShellScript', runCommand: '{{ names }}' }] },
      'aws:cloudWatch': { properties: '{{ names }}' },
    },
  }
  assert.deepEqual(readCommandContent(oldest), oldest)
})

test("what YAML's authors leave unquoted is text to agents", () => {
  const yaml = `schemaVersion: 2.2
parameters:
  loud: { type: Boolean, default: false, allowedValues: [true, false] }
mainSteps:
- { action: 'aws:runShellScript', name: say, inputs: { runCommand: ["echo {{ loud }}"] } }`
  const { schemaVersion, parameters } = readCommandContent(parseDocument(yaml, 'YAML'))
  assert.equal(schemaVersion, '2.2')
  assert.deepEqual(parameters['loud'], { type: 'Boolean', default: false, allowedValues: ['true', 'false'] })
})

test('a mistake is told with its place', () => {
  const step = (change: object) => ({ ...whole, mainSteps: [script, { ...script, name: 'two', ...change }] })
  const inputs = (change: object) => step({ inputs: { ...script.inputs, ...change } })
  const parameter = (declared: object) => ({ ...whole, parameters: { p: { type: 'String', ...declared } } })
  const precondition = (value: unknown) => step({ precondition: value })
  const manyParameters = Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`p${n}`, { type: 'String' }]))
  const cases: readonly [value: unknown, place: RegExp][] = [
    [[], /the document must be an object/],
    [{ ...whole, schemaVersion: undefined }, /schemaVersion is required/],
    [{ ...whole, steps: [] }, /steps is not known: use schemaVersion, description, parameters, mainSteps/],
    [{ ...whole, mainSteps: undefined }, /mainSteps must be a list/],
    [{ ...whole, mainSteps: [] }, /mainSteps must have a step\./],
    [{ ...whole, parameters: manyParameters }, /: parameters must not be more than 200/],
    [{ ...whole, mainSteps: Array.from({ length: 65 }, () => script) }, /mainSteps must not have more than 64/],
    [{ ...whole, mainSteps: ['id'] }, /mainSteps\[0\] must be an object/],
    [{ ...whole, mainSteps: [script, script] }, /mainSteps\[1\]\.name must be another: there is a step one already/],
    [step({ action: 'aws:runNothing' }), /mainSteps\[1\]\.action must be a plugin, and aws:runNothing is none/],
    [step({ action: undefined }), /mainSteps\[1\]\.action is required/],
    [step({ name: 'a b' }), /mainSteps\[1\]\.name must be of letters/],
    [step({ name: '' }), /mainSteps\[1\]\.name/],
    [step({ maxAttempts: '2' }), /mainSteps\[1\]\.maxAttempts must be a whole number/],
    [step({ runs: 2 }), /mainSteps\[1\]\.runs is not known/],
    [step({ inputs: [script.inputs] }), /mainSteps\[1\]\.inputs must be an object/],
    [step({ inputs: {} }), /mainSteps\[1\]\.inputs\.runCommand is required/],
    [inputs({ runCommand: 'id' }), /mainSteps\[1\]\.inputs\.runCommand must be a list of texts, or a parameter/],
    [inputs({ runCommand: ['id', true] }), /mainSteps\[1\]\.inputs\.runCommand\[1\] must be text/],
    [inputs({ runCommand: ['id', 'ls {{ folder }}'] }), /Parameter "folder" is not declared.* mainSteps\[1\].*\[1\]/],
    [inputs({ timeoutSeconds: 0 }), /timeoutSeconds must be a whole number from 1 to 172800/],
    [inputs({ timeoutSeconds: 172_801 }), /timeoutSeconds/],
    [inputs({ timeoutSeconds: '1m' }), /timeoutSeconds/],
    [inputs({ environment: { A: 1 } }), /mainSteps\[1\]\.inputs\.environment\.A must be text/],
    [inputs({ onFailure: 'stop' }), /mainSteps\[1\]\.inputs\.onFailure must be one of exit, successAndExit/],
    [inputs({ onSuccess: 'successAndExit' }), /onSuccess must be one of exit/],
    [inputs({ finallyStep: 'yes' }), /finallyStep must be one of true, false/],
    [
      {
        ...whole,
        mainSteps: [
          { ...script, inputs: { runCommand: [], finallyStep: true } },
          { ...script, name: 'x' },
        ],
      },
      /mainSteps\[0\]\.inputs\.finallyStep must be in the last step only/,
    ],
    [
      step({ action: 'aws:downloadContent', inputs: { sourceType: 'FTP', sourceInfo: '{}' } }),
      /sourceType must be one of Git/,
    ],
    [step({ action: 'aws:runDocument', inputs: { documentType: 'SSMDocument' } }), /documentPath is required/],
    [precondition([]), /precondition must be an object/],
    [precondition({ StringLike: ['a', 'b'] }), /precondition\.StringLike is not known: use StringEquals/],
    [precondition({ StringEquals: ['platformType'] }), /must be a list of two texts/],
    [precondition({ StringEquals: ['platformType', 'platformType'] }), /not the same/],
    [precondition({ StringEquals: ['platformType', 'Solaris'] }), /one of Windows, Linux, MacOS/],
    [precondition({ StringEquals: ['a', 'b'] }), /platformType or a parameter/],
    [precondition({ StringEquals: ['{{ssm:a}}', 'b'] }), /Parameter Store/],
    [precondition({ StringEquals: ['{{ x }}', 'b'] }), /Parameter "x" is not declared/],
    [
      { ...step({ precondition: { StringEquals: ['platformType', 'Linux'] } }), schemaVersion: '2.0' },
      /mainSteps\[1\]\.precondition is not known/,
    ],
    [{ ...whole, parameters: { 'a-b': { type: 'String' } } }, /parameters\.a-b is not a name: use letters and digits/],
    [
      parameter({ type: 'Text' }),
      /parameters\.p\.type must be one of String, StringList, Boolean, Integer, StringMap, MapList/,
    ],
    [parameter({ defualt: 'a' }), /parameters\.p\.defualt is not known/],
    [parameter({ default: 1 }), /parameters\.p\.default must be a String/],
    [parameter({ type: 'StringMap', default: [] }), /parameters\.p\.default must be a StringMap/],
    [
      parameter({ default: 'c', allowedValues: ['a', 'b'] }),
      /parameters\.p\.default does not fit.*not found in \[a, b\]/,
    ],
    [parameter({ default: 'c', allowedPattern: '[ab]' }), /parameters\.p\.default does not fit/],
    [parameter({ default: 'abc', maxChars: 2 }), /parameters\.p\.default does not fit/],
    [parameter({ allowedPattern: '(?=a)b' }), /parameters\.p\.allowedPattern is not a pattern that can be used/],
    [parameter({ displayType: 'box' }), /parameters\.p\.displayType must be one of textfield, textarea/],
    [parameter({ interpolationType: 'ENV' }), /parameters\.p\.interpolationType must be one of RAW, ENV_VAR/],
    [parameter({ type: 'StringList', interpolationType: 'ENV_VAR' }), /for parameters of type String only/],
    [{ schemaVersion: '1.2', mainSteps: [script] }, /mainSteps is not known/],
    [{ schemaVersion: '1.2', runtimeConfig: {} }, /runtimeConfig must have a plugin/],
    [{ schemaVersion: '1.2', runtimeConfig: { 'aws:x': {} } }, /runtimeConfig\.aws:x is not a plugin/],
    [
      { schemaVersion: '1.2', runtimeConfig: { 'aws:runShellScript': { properties: [{ id: 'x' }] } } },
      /runtimeConfig\.aws:runShellScript\.properties\[0\]\.runCommand is required/,
    ],
  ]
  for (const [value, place] of cases) {
    const said = refusal(value)
    assert.match(said, /^InvalidDocumentContent: /)
    assert.match(said, place)
  }
})

test('the documents that every account has are as good as those that are checked', () => {
  for (const { type, content } of ownedDocuments()) {
    if (type === 'Command') assert.deepEqual(readCommandContent(JSON.parse(JSON.stringify(content))), content)
  }
})

test('schema versions that no agent runs as commands are refused by their own error', () => {
  for (const schemaVersion of ['0.3', '1.0', '2.0.1', '2.1', '3.0', 'x'.repeat(100), 3]) {
    assert.match(refusal({ ...whole, schemaVersion }), /^InvalidDocumentSchemaVersion: /)
  }
})

test('braces that name no parameter are left to the script', () => {
  const runCommand = ["docker ps --format '{{.Names}}'", '{{ global:DATE }}', "jinja='{{ a.b }}'", '{{ssm:/a/b:1}}']
  assert.ok(readCommandContent({ ...whole, mainSteps: [{ ...script, inputs: { runCommand } }] }))
})

test('a parameter that a document wants in the environment is there for each script', () => {
  const parameters = { text: { type: 'String', interpolationType: 'ENV_VAR' }, raw: { type: 'String' } }
  const own = { ...script, name: 'two', inputs: { runCommand: ['id'], environment: { A: '1', SSM_text: 'mine' } } }
  const other = { action: 'aws:runDocument', name: 'three', inputs: { documentType: 'LocalPath', documentPath: 'a' } }
  const content = readCommandContent({ ...whole, parameters, mainSteps: [script, own, other] })
  assert.deepEqual(
    withEnvironment(content).mainSteps?.map(({ inputs }) => inputs['environment']),
    [{ SSM_text: '{{ text }}' }, { A: '1', SSM_text: 'mine' }, undefined],
  )
})

test('the document that authors are shown is one', () => {
  const page = readFileSync(new URL('../../../../docs/command-documents.md', import.meta.url), 'utf8')
  const [, shown = ''] = /```yaml\n(.*?)```/s.exec(page) ?? []
  assert.equal(readCommandContent(parseDocument(shown, 'YAML')).parameters['name']?.interpolationType, 'ENV_VAR')
})

test('a default from Parameter Store is not judged before it is known', () => {
  const parameters = { p: { type: 'String', default: '{{ssm:p}}', allowedValues: ['a'] } }
  assert.ok(readCommandContent({ ...whole, parameters }))
})

test('a pattern that would take ages elsewhere is judged at once', () => {
  const declared = { type: 'String', allowedPattern: '(a+)+$', default: `${'a'.repeat(5000)}!` }
  assert.match(refusal({ ...whole, parameters: { p: declared } }), /default does not fit/)
})
