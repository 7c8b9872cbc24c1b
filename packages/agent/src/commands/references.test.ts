import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { FakeControlPlane } from '@fairlead/testkit/fake-control-plane'
import { givenAgent } from '@fairlead/testkit/given-agent'

const stored: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  word: { Type: 'String', Value: 'hello {{ssm:list}}', Version: 3 },
  '/app/list': { Type: 'StringList', Value: 'echo one,echo two', Version: 1 },
  secret: { Type: 'SecureString', Value: 'AQIDBA==', Version: 1 },
}

function keepParameters(server: FakeControlPlane): void {
  server.answers.set('GetParameters', ({ Names }) => {
    const names = Names as readonly string[] // as the model has it
    const found = names.flatMap((asked) => {
      const [Name = '', version] = asked.split(':')
      const parameter = stored[Name]
      if (parameter === undefined || (version !== undefined && Number(version) !== parameter['Version'])) return []
      return [{ Name, ...parameter, ...(version === undefined ? {} : { Selector: `:${version}` }) }]
    })
    return { Parameters: found, InvalidParameters: [] }
  })
}

const shell = (runCommand: unknown) => ({ action: 'aws:runShellScript', name: 'run', inputs: { runCommand } })
const document = (...mainSteps: readonly unknown[]) => ({ schemaVersion: '2.2', mainSteps })

test('references are replaced once, by values under the role of the node', async (t) => {
  const { server } = await givenAgent(t)
  keepParameters(server)

  const lines = ["echo '{{ssm:word}} {{ ssm:word:3 }}'", '{{ssm:/app/list}}']
  const end = await server.endOf(server.sendCommand({ steps: [], document: document(shell(lines)) }))

  assert.equal(end.content.documentStatus, 'Success')
  assert.equal(end.content.plugins.get('run')?.standardOutput, 'hello {{ssm:list}} hello {{ssm:list}}\none\ntwo\n')
  assert.deepEqual(server.calls.find(({ operation }) => operation === 'GetParameters')?.input, {
    Names: ['word', 'word:3', '/app/list'],
    WithDecryption: false,
  })
  assert.deepEqual(server.faults, [])
})

test('a reference may come in by a parameter of the document, whose pattern its value has to match', async (t) => {
  const { server } = await givenAgent(t)
  keepParameters(server)
  const declared = { text: { type: 'String', allowedPattern: '[a-z]+' } }
  const refers = { ...document(shell(['echo {{ text }}'])), parameters: declared }

  const end = await server.endOf(
    server.sendCommand({ steps: [], document: refers, parameters: { text: '{{ssm:word}}' } }),
  )

  assert.equal(end.content.documentStatus, 'Failed')
  assert.equal(end.content.documentTraceOutput, 'Parameter "text" has a value that does not match [a-z]+.')
})

test('bounds of an inner document hold for what its defaults refer to', async (t) => {
  const { server } = await givenAgent(t)
  keepParameters(server)
  const endWith = (declared: object) => {
    const text = { type: 'String', default: '{{ssm:word}}', ...declared }
    const inner = { ...document(shell(["echo '{{ text }}'"])), parameters: { text } }
    server.answers.set('GetDocument', ({ Name }) => ({ Name, Content: JSON.stringify(inner) }))
    const inputs = { documentType: 'SSMDocument', documentPath: 'Inner' }
    const run = { action: 'aws:runDocument', name: 'inner', inputs }
    return server.endOf(server.sendCommand({ steps: [], document: document(run) }))
  }

  const fitting = await endWith({ allowedValues: ['hello {{ssm:list}}'] })
  const other = await endWith({ allowedValues: ['one', '{{ssm:word}}'] })

  assert.equal(fitting.content.documentStatus, 'Success')
  assert.equal(other.content.documentStatus, 'Failed')
  assert.match(other.content.plugins.get('inner')?.standardError ?? '', /"text" has a value not found in \[one, /)
})

const refused: readonly (readonly [string, string, string])[] = [
  ['a SecureString', 'echo {{ssm:secret}}', 'Parameters [secret] of type SecureString are not supported'],
  ['a parameter that is not there', 'echo {{ssm:nobody}}', 'Input contains invalid parameters [nobody]'],
  ['a list inside a text', 'x {{ssm:/app/list}}', 'Parameter /app/list of type StringList cannot be used as a String'],
]

test('what cannot be had fails the document, which says so, and nothing of it runs', async (t) => {
  const { server } = await givenAgent(t)
  keepParameters(server)
  for (const [what, line, trace] of refused) {
    const end = await server.endOf(server.sendCommand({ steps: [], document: document(shell([line])) }))
    assert.equal(end.content.documentStatus, 'Failed', what)
    assert.equal(end.content.documentTraceOutput, trace)
    assert.equal(end.content.plugins.get('run')?.standardError, trace)
  }
})

test('values that would make very much of a short document fail it', async (t) => {
  const { server } = await givenAgent(t)
  server.answers.set('GetParameters', () => ({
    Parameters: [{ Name: 'long', Type: 'String', Value: 'x'.repeat(8192), Version: 1 }],
  }))

  const lines = Array.from({ length: 513 }, () => '# {{ssm:long}}')
  const end = await server.endOf(server.sendCommand({ steps: [], document: document(shell(lines)) }))
  const fits = await server.endOf(server.sendCommand({ steps: [], document: document(shell(lines.slice(1))) }))

  assert.equal(end.content.documentTraceOutput, 'More than 4194304 characters would be filled into the document.')
  assert.equal(fits.content.documentStatus, 'Success')
})

test('a role that may not read the parameter fails the document with the reason', async (t) => {
  const { server } = await givenAgent(t)
  server.answers.set('GetParameters', () => 'AccessDeniedException')

  const end = await server.endOf(server.sendCommand({ steps: [], document: document(shell(['{{ssm:word}}'])) }))

  assert.equal(end.content.documentStatus, 'Failed')
  assert.match(end.content.documentTraceOutput, /^GetParameters was refused: AccessDeniedException/)
})

test('a cancel ends a command that waits for Parameter Store, and nothing of it runs', async (t) => {
  const { server, stateDirectory } = await givenAgent(t)
  server.answers.set('GetParameters', () => 'ThrottlingException')
  const touch = `touch ${join(stateDirectory, 'ran')} {{ssm:word}}`
  const commandId = server.sendCommand({ steps: [], document: document(shell([touch])) })
  await server.until('the call', () => server.calls.some(({ operation }) => operation === 'GetParameters'))

  server.cancelCommand(commandId)
  const end = await server.endOf(commandId)

  assert.equal(end.content.documentStatus, 'Cancelled')
  assert.ok(!existsSync(join(stateDirectory, 'ran')))
})

test('an agent that is stopped while it waits for Parameter Store leaves the command to the next', async (t) => {
  const { server, restart } = await givenAgent(t)
  server.answers.set('GetParameters', () => 'ThrottlingException')
  const commandId = server.sendCommand({ steps: [], document: document(shell(['echo {{ssm:word:3}}'])) })
  await server.until('the call', () => server.calls.some(({ operation }) => operation === 'GetParameters'))

  keepParameters(server)
  await restart()

  assert.equal((await server.endOf(commandId)).content.plugins.get('run')?.standardOutput, 'hello {{ssm:list}}\n')
})
