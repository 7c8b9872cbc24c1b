import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCommandContent } from './command-document-content.ts'
import type { DocumentContent } from './document.ts'
import { ownedDocuments } from './document-catalogue.ts'
import { ServiceError } from './error.ts'
import { requireUsableInputs } from './usable-inputs.ts'
import { requireUsableParameters } from './usable-parameters.ts'

function requireUsable(content: DocumentContent): void {
  requireUsableParameters(content.parameters)
  requireUsableInputs(content)
}

const script = { action: 'aws:runShellScript', name: 'one', inputs: { runCommand: ['id'] } }
const parameter = (p: object) => ({ schemaVersion: '2.2', parameters: { p }, mainSteps: [script] })
const step = (action: string, inputs: object) => ({
  schemaVersion: '2.2',
  parameters: { p: { type: 'String' }, map: { type: 'StringMap' } },
  mainSteps: [script, { action, name: 'two', inputs }],
})
const variables = (environment: object | string) => step('aws:runShellScript', { runCommand: ['id'], environment })
const source = (sourceType: string, sourceInfo: unknown) => step('aws:downloadContent', { sourceType, sourceInfo })
const inner = (documentParameters: unknown, documentPath = 'Inner') =>
  step('aws:runDocument', { documentType: 'SSMDocument', documentPath, documentParameters })
const first = (plugin: string, properties: unknown) => ({
  schemaVersion: '1.2',
  parameters: { map: { type: 'StringMap' } },
  runtimeConfig: { [plugin]: { properties } },
})

const unusable: readonly (readonly [document: object, place: RegExp])[] = [
  [
    parameter({ type: 'String', minChars: 3, maxChars: 2 }),
    /parameters\.p\.minChars must not be more than maxChars, 2/,
  ],
  [parameter({ type: 'StringList', minItems: 2, maxItems: 1 }), /p\.minItems must not be more than maxItems, 1/],
  [parameter({ type: 'String', allowedValues: [] }), /parameters\.p\.allowedValues must have a value/],
  [parameter({ type: 'Integer', allowedValues: [1, 'a'] }), /p\.allowedValues\[1\] must be an Integer/],
  [parameter({ type: 'Boolean', allowedValues: ['yes'] }), /p\.allowedValues\[0\] must be a Boolean/],
  [
    parameter({ type: 'String', allowedValues: ['A', 'b1'], allowedPattern: '[a-z]+' }),
    /allowedValues must have a value that/,
  ],
  [
    parameter({ type: 'StringList', allowedValues: ['abc'], maxChars: 2 }),
    /p\.allowedValues must have a value that keeps/,
  ],
  [parameter({ type: 'Integer', minChars: 17 }), /p\.minChars must not be more than 16: no Integer is longer/],
  [parameter({ type: 'Boolean', maxChars: 3 }), /p\.maxChars must not be less than 4: no Boolean is shorter/],
  [variables({ 'a b=c': 'x' }), /mainSteps\[1\]\.inputs\.environment must name variables by letters, .* not "a b=c"/],
  [variables({ '': 'x' }), /mainSteps\[1\]\.inputs\.environment must name variables by .* not ""/],
  [variables({ A: 'x\0' }), /mainSteps\[1\]\.inputs\.environment\.A must not have the character NUL/],
  [source('HTTP', []), /mainSteps\[1\]\.inputs\.sourceInfo must be an object/],
  [source('HTTP', '{x'), /sourceInfo must be an object/],
  [source('{{ p }}', 'word'), /sourceInfo must be an object/],
  [source('HTTP', {}), /sourceInfo must have url, as text, when sourceType is HTTP/],
  [source('GitHub', '{"owner":"a"}'), /sourceInfo must have repository/],
  [source('S3', { path: 1 }), /sourceInfo must have path/],
  [inner([]), /mainSteps\[1\]\.inputs\.documentParameters must be an object/],
  [inner('- a'), /documentParameters must be an object/],
  [inner({}, ''), /mainSteps\[1\]\.inputs\.documentPath must not be empty/],
  [first('aws:runShellScript', 'id'), /runtimeConfig\.aws:runShellScript\.properties must be an object/],
  [
    first('aws:runShellScript', [{ runCommand: ['id'], environment: { 'a-b': '' } }]),
    /runtimeConfig\.aws:runShellScript\.properties\[0\]\.environment must name .* not "a-b"/,
  ],
  [
    first('aws:runShellScript', Array(65).fill({ runCommand: ['id'] })),
    /runtimeConfig must not have more than 64 sets of inputs/,
  ],
]

test('what could never be sent or would fail on every node is told with its place when it is written', () => {
  for (const [document, message] of unusable) {
    const read = readCommandContent(document)
    assert.throws(
      () => requireUsable(read),
      (error) =>
        error instanceof ServiceError && error.code === 'InvalidDocumentContent' && message.test(error.message),
      JSON.stringify(document).slice(0, 300),
    )
  }
})

test('a document that was stored with such a mistake is read as before', () => {
  for (const [document] of unusable) {
    const { mainSteps, runtimeConfig } = readCommandContent(document)
    assert.partialDeepStrictEqual(document, mainSteps ? { mainSteps } : { runtimeConfig })
  }
})

test('what parameters or the node put in later is not judged', () => {
  for (const document of [
    parameter({ type: 'Integer', allowedValues: [1, -2], minChars: 1, maxChars: 2, default: 1 }),
    parameter({ type: 'String', allowedValues: ['A', 'b'], allowedPattern: '[a-z]', maxChars: 1 }),
    parameter({ type: 'MapList', minChars: 100, minItems: 1, default: [{}] }),
    variables({ A_1: '{{ p }}', _b: '' }),
    variables('{{ map }}'),
    source('HTTP', '{{ map }}'),
    source('HTTP', '{"url": {{ p }}}'),
    source('{{ p }}', {}),
    source('S3', { path: '{{ p }}' }),
    source('SSMDocument', 'name: Inner'),
    source('Git', '{"repository":"https://example.com/a\\/b"}'),
    inner(undefined),
    inner('word: {{ p }}'),
    inner('word: hello'),
    inner({ word: '{{ p }}' }, '{{ p }}'),
    first('aws:cloudWatch', '{{ map }}'),
    first('aws:runShellScript', Array(64).fill({ runCommand: ['id'] })),
  ]) {
    requireUsable(readCommandContent(JSON.parse(JSON.stringify(document))))
  }
})

test('the documents that every account has could be written by anybody', () => {
  for (const { type, content } of ownedDocuments()) {
    requireUsableParameters(content.parameters)
    if (type === 'Command') requireUsableInputs(content)
  }
})
