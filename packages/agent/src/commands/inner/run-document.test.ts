import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { FakeControlPlane } from '@fairlead/testkit/fake-control-plane'
import { givenAgent } from '@fairlead/testkit/given-agent'
import { untilThere } from '@fairlead/testkit/until-there'

const shell = (name: string, ...runCommand: readonly string[]) => ({
  action: 'aws:runShellScript',
  name,
  inputs: { runCommand },
})
const document = (...mainSteps: readonly unknown[]) => ({ schemaVersion: '2.2', mainSteps })
const run = (name: string, documentPath: string, more: object = {}) => ({
  action: 'aws:runDocument',
  name,
  inputs: { documentType: 'SSMDocument', documentPath, ...more },
})

function keepDocuments(server: FakeControlPlane, documents: Readonly<Record<string, object>>): void {
  server.answers.set('GetDocument', ({ Name, DocumentVersion = '1' }) => {
    const content = documents[`${String(Name)}:${String(DocumentVersion)}`]
    return content === undefined ? 'InvalidDocument' : { Name, Content: JSON.stringify(content) }
  })
}

const greet = {
  ...document(shell('first', 'echo {{ word }}'), shell('second', 'echo {{ list }} >&2')),
  parameters: {
    word: { type: 'String', default: 'hello', allowedPattern: '[a-z]+', maxChars: 8 },
    list: { type: 'StringList', default: ['x'], maxItems: 2, allowedValues: ['x', 'y'] },
    map: { type: 'StringMap', default: {} },
    maps: { type: 'MapList', default: [], maxItems: 2 },
    count: { type: 'Integer', default: 1 },
  },
}

test('the steps of an inner document run in the place of one, and report as one', async (t) => {
  const { server } = await givenAgent(t)
  keepDocuments(server, { 'Greet:2': greet })
  const documentParameters = JSON.stringify({ word: ['bye'], list: ['y'] })

  const end = await server.endOf(
    server.sendCommand({
      steps: [],
      document: document(run('inner', 'Greet:2', { documentParameters }), shell('after', 'echo after')),
    }),
  )

  assert.equal(end.content.documentStatus, 'Success')
  const steps = new Map(server.replies.flatMap(({ content }) => [...content.plugins]))
  assert.deepEqual([...steps.keys()], ['inner', 'after'])
  assert.equal(steps.get('inner')?.standardOutput, 'bye\n')
  assert.equal(steps.get('inner')?.standardError, '[y]\n')
  assert.equal(steps.get('inner')?.name, 'aws:runDocument')
  assert.deepEqual(server.calls.find(({ operation }) => operation === 'GetDocument')?.input, {
    Name: 'Greet',
    DocumentFormat: 'JSON',
    DocumentVersion: '2',
  })
})

test('maps for an inner document are objects, or texts of JSON, one by one or as a list', async (t) => {
  const { server } = await givenAgent(t)
  const { parameters } = greet
  keepDocuments(server, { 'Maps:1': { ...document(shell('say', "echo '{{ map }} {{ maps }}'")), parameters } })
  const forms = [
    { map: { a: 'b' }, maps: [{ c: 'd' }, { e: 'f' }] },
    { map: '{"a":"b"}', maps: ['{"c":"d"}', { e: 'f' }] },
    { map: ['{"a":"b"}'], maps: '[{"c":"d"},{"e":"f"}]' },
  ]

  const ends = await Promise.all(
    forms.map((documentParameters) =>
      server.endOf(server.sendCommand({ steps: [], document: document(run('inner', 'Maps', { documentParameters })) })),
    ),
  )

  for (const end of ends) {
    const { standardOutput } = end.content.plugins.get('inner') ?? {}
    assert.equal(standardOutput, '{"a":"b"} [{"c":"d"},{"e":"f"}]\n')
  }
})

test('a disk that takes neither records nor the output of an inner document fails its step, and not the agent', async (t) => {
  const { server, stateDirectory } = await givenAgent(t)
  const spoil = [
    `mkdir ${stateDirectory}/active/$SSM_COMMAND_ID.json.tmp`,
    `mkdir ${stateDirectory}/commands/$SSM_COMMAND_ID/0-inner/stdout`,
  ]
  keepDocuments(server, { 'Own:1': document(shell('first', ...spoil), shell('second', 'echo second')) })

  const end = await server.endOf(server.sendCommand({ steps: [], document: document(run('inner', 'Own')) }))
  const later = await server.endOf(server.sendCommand({ steps: [], document: document(shell('say', 'echo later')) }))

  assert.equal(end.content.documentStatus, 'Failed')
  assert.match(end.content.plugins.get('inner')?.standardError ?? '', /could not carry on/)
  assert.equal(later.content.plugins.get('say')?.standardOutput, 'later\n')
})

test('a parameter that an inner document wants in the environment is data there, whatever is in it', async (t) => {
  const { server, stateDirectory } = await givenAgent(t)
  const [path, made] = [join(stateDirectory, 'own.json'), join(stateDirectory, 'made')]
  const own = shell('own', 'echo "$SSM_word"')
  const inner = document(shell('say', 'echo "$SSM_word"'), {
    ...own,
    inputs: { ...own.inputs, environment: { SSM_word: 'its own' } },
  })
  const declared = { word: { type: 'String', interpolationType: 'ENV_VAR' }, raw: { type: 'String', default: 'x' } }
  writeFileSync(path, JSON.stringify({ ...inner, parameters: declared }))
  const word = `"; touch ${made}; $(touch ${made}) {{ raw }}`

  const local = run('inner', path, { documentType: 'LocalPath', documentParameters: { word } })
  const end = await server.endOf(server.sendCommand({ steps: [], document: document(local) }))

  assert.equal(end.content.plugins.get('inner')?.standardOutput, `${word}\nits own\n`)
  assert.ok(!existsSync(made))
})

test('an inner step that fails fails the step around it with its code, and an exit code for the rest stays inside', async (t) => {
  const { server } = await givenAgent(t)
  keepDocuments(server, {
    'Bad:1': document(shell('a', 'exit 7'), shell('b', 'echo b; exit 169'), shell('c', 'echo c')),
  })

  const end = await server.endOf(
    server.sendCommand({ steps: [], document: document(run('inner', 'Bad'), shell('after', 'echo after')) }),
  )

  assert.equal(end.content.documentStatus, 'Failed')
  const steps = new Map(server.replies.flatMap(({ content }) => [...content.plugins]))
  assert.equal(steps.get('inner')?.code, 7)
  assert.match(steps.get('inner')?.standardOutput ?? '', /^b\n/)
  assert.doesNotMatch(steps.get('inner')?.standardOutput ?? '', /^c$/m)
  assert.equal(steps.get('after')?.standardOutput, 'after\n')
})

test('a file on the node is a document too, in JSON or in YAML', async (t) => {
  const { server, stateDirectory } = await givenAgent(t)
  const path = join(stateDirectory, 'own.yaml')
  writeFileSync(
    path,
    "schemaVersion: '2.2'\nparameters:\n  n: {type: String, default: '1'}\n" +
      'mainSteps:\n- action: aws:runShellScript\n  name: say\n  inputs:\n    runCommand: ["echo {{ n }}"]\n',
  )
  const documentParameters = { n: '2' }

  const local = run('inner', path, { documentType: 'LocalPath', documentParameters })
  const end = await server.endOf(server.sendCommand({ steps: [], document: document(local) }))

  assert.equal(end.content.plugins.get('inner')?.standardOutput, '2\n')
})

const bombs: readonly (readonly [string, string, RegExp])[] = [
  ['aliases', `a: &a [x]\n${aliases(7)}`, /neither JSON nor YAML: Excessive alias count/],
  ['members', JSON.stringify({ a: Array(20_001).fill(0) }), /has more than 20000 members/],
  ['characters', `a: ${'x'.repeat(65_536)}`, /as YAML longer than 65536 characters/],
  ['levels', `${'['.repeat(40)}${']'.repeat(40)}`.replace(/^/, 'a: '), /nested deeper than 32/],
]

function aliases(levels: number): string {
  const lines = Array.from({ length: levels }, (_, n) => {
    const [one, other] = [String.fromCharCode(97 + n), String.fromCharCode(98 + n)]
    return `${other}: &${other} [${Array(10).fill(`*${one}`).join(', ')}]`
  })
  return lines.join('\n')
}

test('a document that unfolds into more than there is room for is refused', async (t) => {
  const { server, stateDirectory } = await givenAgent(t)
  for (const [what, text, reason] of bombs) {
    const path = join(stateDirectory, `${what}.yaml`)
    writeFileSync(path, text)
    const step = run('inner', path, { documentType: 'LocalPath' })
    const end = await server.endOf(server.sendCommand({ steps: [], document: document(step) }))
    assert.match(end.content.plugins.get('inner')?.standardError ?? '', reason, what)
  }
})

test('documents that run each other in a circle end at the third', async (t) => {
  const { server, stateDirectory } = await givenAgent(t)
  const mark = shell('mark', `echo x >> ${join(stateDirectory, 'marks')}`)
  keepDocuments(server, { 'Ring:1': document(mark, run('again', 'Ring')) })

  const end = await server.endOf(server.sendCommand({ steps: [], document: document(run('inner', 'Ring')) }))

  assert.equal(end.content.documentStatus, 'Failed')
  assert.equal(
    end.content.plugins.get('inner')?.standardError,
    'Maximum depth for document execution exceeded. Maximum depth permitted - 3 and current depth - 4',
  )
  assert.equal(readFileSync(join(stateDirectory, 'marks'), 'utf8'), 'x\nx\nx\n')
})

const bad: readonly (readonly [string, object, RegExp])[] = [
  ['a value that does not match', { documentParameters: { word: 'UP' } }, /"word" has a value that does not match/],
  ['a value that is too long', { documentParameters: { word: 'abcdefghi' } }, /"word" has a value of 9 characters/],
  ['too many items', { documentParameters: { list: ['x', 'y', 'x'] } }, /"list" has 3 items/],
  ['a value that is not allowed', { documentParameters: { list: ['z'] } }, /"list" has a value not found in \[x, y\]/],
  ['two values for one', { documentParameters: { word: ['a', 'b'] } }, /"word" is not a String/],
  ['no value for one', { documentParameters: { word: [] } }, /"word" is not a String/],
  ['no value for a map', { documentParameters: { map: [] } }, /"map" is not a StringMap/],
  ['a list that is not of maps', { documentParameters: { maps: [1] } }, /"maps" is not a MapList/],
  ['too many maps in one text', { documentParameters: { maps: '[{},{},{}]' } }, /"maps" has 3 items/],
  ['a number that is none', { documentParameters: { count: 'x' } }, /"count" is not an Integer: .* a whole number$/],
  ['parameters that are no object', { documentParameters: '- a' }, /documentParameters is not an object/],
  ['no such document', { documentPath: 'Nobody' }, /GetDocument was refused: InvalidDocument/],
  ['no type', { documentType: '' }, /^invalid input: Document Type must be specified/],
  ['a file that is not there', { documentType: 'LocalPath', documentPath: 'x.json' }, /x\.json is not there/],
]

test('an inner document that cannot be run fails its step with the reason', async (t) => {
  const { server } = await givenAgent(t)
  keepDocuments(server, { 'Greet:1': greet })

  const ends: Awaited<ReturnType<typeof server.endOf>>[] = []
  for (const [, inputs] of bad) {
    ends.push(await server.endOf(server.sendCommand({ steps: [], document: document(run('inner', 'Greet', inputs)) })))
  }

  for (const [index, [what, , reason]] of bad.entries()) {
    assert.equal(ends[index]?.content.documentStatus, 'Failed', what)
    assert.match(ends[index]?.content.plugins.get('inner')?.standardError ?? '', reason, what)
  }
})

test('an agent that is killed inside an inner document carries on there, and runs nothing twice', async (t) => {
  const { server, stateDirectory, restart } = await givenAgent(t)
  const go = join(stateDirectory, 'go')
  const marks = join(stateDirectory, 'marks')
  keepDocuments(server, {
    'Slow:1': document(
      shell('one', `echo one >> ${marks}; echo one`),
      shell('two', `${untilThere(go)}; echo two >> ${marks}; echo two`),
      shell('three', `echo three >> ${marks}; echo three`),
    ),
  })
  const commandId = server.sendCommand({ steps: [], document: document(run('inner', 'Slow')) })
  const started = join(stateDirectory, 'commands', commandId, '0.1-two', 'started')
  await server.until('the second step', () => isWritten(started), 10_000, 5)

  const back = restart()
  mkdirSync(go)
  await back
  const end = await server.endOf(commandId)

  assert.equal(end.content.documentStatus, 'Success')
  assert.equal(end.content.plugins.get('inner')?.standardOutput, 'one\ntwo\nthree\n')
  assert.equal(readFileSync(marks, 'utf8'), 'one\ntwo\nthree\n')
})

test('a restart of the node inside an inner document runs its step again, and none before it', async (t) => {
  const { server, stateDirectory, restart } = await givenAgent(t)
  const [marks, restarting] = [join(stateDirectory, 'marks'), join(stateDirectory, 'restarting')]
  await restart({ boot: 'first', rebootCommand: ['/bin/touch', restarting] })
  keepDocuments(server, {
    'Outer:1': document(shell('zero', `echo zero >> ${marks}; echo zero`), run('deeper', 'Boot')),
    'Boot:1': document(
      shell('one', `echo one >> ${marks}; echo one`),
      shell('two', `echo two >> ${marks}; [ -e ${restarting} ] || exit 194; echo two`),
      shell('three', `echo three >> ${marks}; echo three`),
    ),
  })
  const commandId = server.sendCommand({
    steps: [],
    document: document(run('inner', 'Outer'), shell('after', 'echo after')),
  })
  await server.until('the restart', () => existsSync(restarting), 30_000, 5)

  await restart({ boot: 'second' })
  const end = await server.endOf(commandId)

  assert.equal(end.content.documentStatus, 'Success')
  const steps = new Map(server.replies.flatMap(({ content }) => [...content.plugins]))
  assert.equal(steps.get('inner')?.standardOutput, 'zero\none\ntwo\nthree\n')
  assert.equal(steps.get('after')?.standardOutput, 'after\n')
  assert.equal(readFileSync(marks, 'utf8'), 'zero\none\ntwo\ntwo\nthree\n')
})

test('a cancel inside an inner document cancels the step around it and all that would follow', async (t) => {
  const { server, stateDirectory } = await givenAgent(t)
  keepDocuments(server, { 'Long:1': document(shell('one', 'sleep 60'), shell('two', 'echo two')) })
  const commandId = server.sendCommand({
    steps: [],
    document: document(run('inner', 'Long'), shell('after', 'echo after')),
  })
  const started = join(stateDirectory, 'commands', commandId, '0.0-one', 'started')
  await server.until('the first step', () => isWritten(started), 10_000, 5)

  server.cancelCommand(commandId)
  const end = await server.endOf(commandId)

  assert.equal(end.content.documentStatus, 'Cancelled')
  const steps = new Map(server.replies.flatMap(({ content }) => [...content.plugins]))
  assert.equal(steps.get('inner')?.status, 'Cancelled')
  assert.equal(steps.get('after')?.status, 'Cancelled')
})

function isWritten(path: string): boolean {
  try {
    return readFileSync(path, 'utf8') !== ''
  } catch {
    return false // not yet
  }
}
