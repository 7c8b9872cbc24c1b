import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Document, DocumentParameter } from './document.ts'
import { awsRunShellScript } from './documents/aws-run-shell-script.ts'
import { ServiceError } from './error.ts'
import { executionTimeoutSeconds } from './execution-timeout.ts'
import { type GivenParameters, typeParameters } from './parameters.ts'

function documentWith(parameters: Record<string, DocumentParameter>): Document {
  return { ...awsRunShellScript, name: 'Mine', content: { ...awsRunShellScript.content, parameters } }
}

function refusal(document: Document, given: GivenParameters): string {
  try {
    typeParameters(document, given)
  } catch (error) {
    assert.ok(error instanceof ServiceError)
    assert.equal(error.code, 'InvalidParameters')
    return error.message
  }
  assert.fail('it was accepted')
}

test('strings become single values, lists stay lists, defaults are filled in', () => {
  assert.deepEqual(typeParameters(awsRunShellScript, { commands: ['a', 'b'], workingDirectory: ['/tmp'] }), {
    commands: ['a', 'b'],
    workingDirectory: '/tmp',
    executionTimeout: '3600',
  })
})

test('a required parameter that is missing is named', () => {
  assert.equal(refusal(awsRunShellScript, {}), 'Parameter "commands" is required by document AWS-RunShellScript.')
})

test('an unknown parameter is refused', () => {
  assert.match(
    refusal(awsRunShellScript, { commands: ['a'], color: ['red'] }),
    /^document AWS-RunShellScript does not support parameters/,
  )
})

test('a parameter called like a part of every object is not known for that', () => {
  const given = JSON.parse('{"commands":["a"],"__proto__":["b"]}') as GivenParameters
  assert.match(refusal(awsRunShellScript, given), /__proto__/)
  assert.match(refusal(documentWith({ valueOf: { type: 'String' } as const }), {}), /required/)
})

for (const seconds of ['5', '9', '10', '3600', '99999', '172799', '172800']) {
  test(`executionTimeout ${seconds} is allowed`, () => {
    const typed = typeParameters(awsRunShellScript, { commands: ['a'], executionTimeout: [seconds] })
    assert.equal(executionTimeoutSeconds(awsRunShellScript.content, typed), Number(seconds))
  })
}

test('executionTimeout 4 is allowed and means an hour, as to agents', () => {
  const typed = typeParameters(awsRunShellScript, { commands: ['a'], executionTimeout: ['4'] })
  assert.equal(executionTimeoutSeconds(awsRunShellScript.content, typed), 3600)
})

for (const seconds of ['', '0', '-1', '172801', '1000000', '60s', ' 60', '60\n', '6 0']) {
  test(`executionTimeout ${JSON.stringify(seconds)} is refused`, () => {
    assert.match(refusal(awsRunShellScript, { commands: ['a'], executionTimeout: [seconds] }), /executionTimeout/)
  })
}

test('two values for a string are refused', () => {
  assert.match(refusal(awsRunShellScript, { commands: ['a'], workingDirectory: ['/a', '/b'] }), /workingDirectory/)
})

test('an empty list where one item is the least is refused', () => {
  assert.match(refusal(awsRunShellScript, { commands: [] }), /fewer than 1/)
})

test('values have the type that the document declares', () => {
  const document = documentWith({
    on: { type: 'Boolean' },
    count: { type: 'Integer' },
    map: { type: 'StringMap' },
    maps: { type: 'MapList' },
  })
  assert.deepEqual(
    typeParameters(document, { on: ['true'], count: ['-3'], map: ['{"a":"b"}'], maps: ['{}', '{"c":1}'] }),
    {
      on: true,
      count: -3,
      map: { a: 'b' },
      maps: [{}, { c: 1 }],
    },
  )
  for (const [key, value] of Object.entries({ on: 'yes', count: '1.5', map: '[]', maps: 'null' })) {
    assert.match(
      refusal(document, { on: ['true'], count: ['1'], map: ['{}'], maps: ['{}'], [key]: [value] }),
      new RegExp(`"${key}"`),
    )
  }
})

test('no value at all is not the empty text, which would pass every bound', () => {
  const document = documentWith({
    choice: { type: 'String', allowedValues: ['x', 'y'] },
    count: { type: 'Integer', default: 1 },
  })
  assert.match(refusal(document, { choice: [] }), /"choice" is not a String/)
  assert.match(refusal(document, { choice: ['x'], count: [] }), /"count" is not a/)
})

test('lengths, counts and allowed values are kept', () => {
  const document = documentWith({
    short: { type: 'String', default: 'ab', minChars: 2, maxChars: 3 },
    list: { type: 'StringList', default: [], maxItems: 2 },
    choice: { type: 'String', default: 'x', allowedValues: ['x', 'y'] },
  })
  assert.match(refusal(document, { short: ['a'] }), /shorter than 2/)
  assert.match(refusal(document, { short: ['abcd'] }), /longer than 3/)
  assert.match(refusal(document, { list: ['1', '2', '3'] }), /more than 2/)
  assert.match(refusal(document, { choice: ['z'] }), /\[x, y\]/)
  assert.deepEqual(typeParameters(document, { choice: ['y'] }), { short: 'ab', list: [], choice: 'y' })
})

test('a default that refers to Parameter Store is judged by what it stands for', () => {
  const document = documentWith({ choice: { type: 'String', default: '{{ssm:c}}', allowedValues: ['x', 'y'] } })
  const typeWith = (stored: string) =>
    typeParameters(document, {}, { opened: (text) => [text.replace('{{ssm:c}}', stored)] })
  assert.deepEqual(typeWith('y'), { choice: '{{ssm:c}}' })
  assert.throws(() => typeWith('z'), {
    code: 'InvalidParameters',
    message: /"choice" has a value not found in \[x, y\]/,
  })
})
