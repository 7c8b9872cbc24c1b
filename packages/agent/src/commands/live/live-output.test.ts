import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type GivenAgent, givenAgent } from '@fairlead/testkit/given-agent'
import { untilThere } from '@fairlead/testkit/until-there'
import {
  type AgentJobOutput,
  encodeAgentJobOutputAck,
  encodeAgentJobWatch,
  liveWindow,
  longestOutput,
  type OutputPosition,
  outputStart,
} from '@fairlead/wire/control-message'
import fc from 'fast-check'

/** The server's side of watching one command: it takes what comes, and knows how much that is. */
class Watcher {
  readonly #agent: GivenAgent
  readonly #job: { readonly commandId: string; readonly nodeId: string }
  readonly #texts = new Map<string, Buffer>()
  #read = 0
  #acknowledged = 0
  end: string | undefined
  readonly pieces: AgentJobOutput[] = []

  constructor(agent: GivenAgent, commandId: string) {
    this.#agent = agent
    this.#job = { commandId, nodeId: agent.server.nodeId }
  }

  watch(from: OutputPosition = outputStart): void {
    this.#acknowledged = 0
    this.#agent.server.sendFrame('agent_job_watch', encodeAgentJobWatch({ ...this.#job, from }))
  }

  leave(): void {
    this.#agent.server.sendFrame('agent_job_watch', encodeAgentJobWatch({ ...this.#job, from: undefined }))
  }

  /** Leaves what came for an earlier watcher. */
  readFrom(count: number): void {
    this.#read = count
  }

  /** Takes what has come in; what comes must follow what came. */
  take(): void {
    for (const output of this.#agent.server.outputs.slice(this.#read)) {
      this.#read++
      if (output.commandId !== this.#job.commandId) continue
      if ('end' in output) {
        this.end = output.end
        continue
      }
      const key = `${output.stepName} ${output.stream}`
      const known = this.#texts.get(key) ?? Buffer.alloc(0)
      assert.equal(output.offset, known.length, key)
      assert.ok(Buffer.from(Buffer.from(output.bytes).toString()).equals(output.bytes), 'a piece is whole characters')
      this.#texts.set(key, Buffer.concat([known, output.bytes]))
      this.pieces.push(output)
      this.#acknowledged += output.bytes.length
    }
  }

  acknowledge(): void {
    const ack = { ...this.#job, taken: this.#acknowledged }
    this.#agent.server.sendFrame('agent_job_output_ack', encodeAgentJobOutputAck(ack))
  }

  text(step: string, stream: 'stdout' | 'stderr' = 'stdout'): string {
    return this.#texts.get(`${step} ${stream}`)?.toString() ?? ''
  }

  position() {
    const [stdout, stderr] = [Buffer.byteLength(this.text('step0')), Buffer.byteLength(this.text('step0', 'stderr'))]
    return { step: 0, stdout, stderr }
  }

  /** Takes and acknowledges until it sees what is waited for. */
  until(what: string, found: () => boolean): Promise<boolean> {
    return this.#agent.server.until(what, () => {
      const before = this.#acknowledged
      this.take()
      if (this.#acknowledged > before) this.acknowledge()
      return found()
    })
  }
}

/** A file that a script waits for, for as long as the test does not make it. */
function gate(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-gate-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'open')
  return { folder, wait: untilThere(path), open: () => writeFileSync(path, '') }
}

test('what a script writes comes while it runs, and all of it before its report', async (t) => {
  const agent = await givenAgent(t, { speed: 10 })
  const { wait, open } = gate(t)
  const steps = [['echo one', 'echo two >&2', wait, 'printf é'], ['exit 3']]
  const commandId = agent.server.sendCommand({ steps })
  await agent.server.ackOf(commandId)
  const watcher = new Watcher(agent, commandId)
  watcher.watch()
  await watcher.until('both streams', () => watcher.text('step0', 'stderr') === 'two\n')
  assert.equal(watcher.text('step0'), 'one\n')
  assert.deepEqual(
    agent.server.replies.filter(({ content }) => content.plugins.size > 0),
    [],
  )

  open()
  await agent.server.endOf(commandId)
  watcher.take()
  assert.equal(watcher.text('step0'), 'one\né')
  assert.equal(watcher.text('step1', 'stderr'), 'failed to run commands: exit status 3')
  assert.equal(watcher.end, 'sent')
})

test('without a watch nothing is sent, and after it nothing more', async (t) => {
  const agent = await givenAgent(t, { speed: 50 })
  const { wait, open } = gate(t)
  const plain = agent.server.sendCommand({ steps: [['seq 1 9999']] })
  await agent.server.endOf(plain)
  const commandId = agent.server.sendCommand({ steps: [['echo one', wait, 'echo two']] })
  await agent.server.ackOf(commandId)
  assert.deepEqual(agent.server.outputs, [])

  const watcher = new Watcher(agent, commandId)
  watcher.watch()
  await watcher.until('the first line', () => watcher.text('step0') === 'one\n')
  watcher.leave()
  open()
  await agent.server.endOf(commandId)
  watcher.take()
  assert.deepEqual([watcher.text('step0'), watcher.end], ['one\n', undefined])

  watcher.watch(watcher.position())
  await watcher.until('what came later', () => watcher.end === 'sent')
  assert.equal(watcher.text('step0'), 'one\ntwo\n')
  const unknown = new Watcher(agent, randomUUID())
  unknown.watch()
  await unknown.until('the answer', () => unknown.end === 'unknown')
})

test('a command whose output nobody takes ends all the same, and no more is sent than may be on the way', async (t) => {
  const agent = await givenAgent(t, { speed: 50 })
  const { wait, open } = gate(t)
  const commandId = agent.server.sendCommand({ steps: [['seq 1 50000', wait]] })
  await agent.server.ackOf(commandId)
  const watcher = new Watcher(agent, commandId)
  watcher.watch()
  open()
  await agent.server.endOf(commandId)
  watcher.take()
  const { length } = watcher.text('step0')
  assert.ok(length <= liveWindow && length > liveWindow - 4, `${length} bytes came`)
  assert.ok(watcher.pieces.every(({ bytes }) => bytes.length <= longestOutput))
  assert.equal(watcher.end, undefined)

  watcher.acknowledge()
  await watcher.until('the end', () => watcher.end === 'sent')
  const all = Array.from({ length: 50_000 }, (_, index) => `${index + 1}\n`).join('')
  assert.ok(watcher.text('step0') === all)
})

test('of a file that is cut only what stays is sent', async (t) => {
  const agent = await givenAgent(t, { outputLimitBytes: 5_000, speed: 50 })
  const commandId = agent.server.sendCommand({ steps: [['seq 1 20000', 'sleep 0.1', 'seq 1 20000']] })
  await agent.server.ackOf(commandId)
  const watcher = new Watcher(agent, commandId)
  watcher.watch()
  await watcher.until('the end', () => watcher.end === 'sent')
  const all = Array.from({ length: 20_000 }, (_, index) => `${index + 1}\n`).join('')
  assert.equal(watcher.text('step0'), all.slice(0, 5_000))
})

const shell = (name: string, ...runCommand: readonly string[]) => ({
  action: 'aws:runShellScript',
  name,
  inputs: { runCommand },
})
const documentOf = (...mainSteps: readonly unknown[]) => ({ schemaVersion: '2.2', mainSteps })
/** A step that runs an inner document, which is kept in a file. */
function inner(folder: string, name: string, document: object) {
  const documentPath = join(folder, `${name}.json`)
  writeFileSync(documentPath, JSON.stringify(document))
  return { action: 'aws:runDocument', name, inputs: { documentType: 'LocalPath', documentPath } }
}

test('what inner documents write comes while they run, as output of the step that runs them', async (t) => {
  const agent = await givenAgent(t, { speed: 20 })
  const [first, second] = [gate(t), gate(t)]
  const long = 'seq 1 9999' // More than a report holds.
  const deep = inner(first.folder, 'deep', documentOf(shell('x', long, 'printf é'), shell('y', 'echo y', second.wait)))
  const steps = [shell('a', 'printf a', first.wait), deep, shell('b', 'echo b'), shell('c', 'echo c >&2; exit 3')]
  const document = documentOf(inner(first.folder, 'outer', documentOf(...steps)), shell('after', 'echo after'))
  const commandId = agent.server.sendCommand({ steps: [], document })
  await agent.server.ackOf(commandId)
  const watcher = new Watcher(agent, commandId)
  watcher.watch()
  await watcher.until('the first inner step', () => watcher.text('outer') === 'a')
  first.open()
  const numbers = Array.from({ length: 9_999 }, (_, index) => `${index + 1}\n`).join('')
  await watcher.until('the innermost', () => watcher.text('outer') === `a\n${numbers}é\ny\n`)
  await agent.restart({ speed: 20 })
  const at = { step: 0, stdout: Buffer.byteLength(watcher.text('outer')), stderr: 0 }
  watcher.watch(at)
  second.open()
  await watcher.until('the end', () => watcher.end !== undefined)
  assert.equal(watcher.text('outer'), `a\n${numbers}é\ny\nb\n`)
  assert.equal(watcher.text('outer', 'stderr'), 'c\nfailed to run commands: exit status 3')
  assert.deepEqual([watcher.text('after'), watcher.text('a'), watcher.text('deep')], ['after\n', '', ''])
  const late = new Watcher(agent, commandId)
  late.readFrom(agent.server.outputs.length)
  late.watch()
  await late.until('all of it again', () => late.end !== undefined)
  assert.equal(late.text('outer'), watcher.text('outer'))
})

test('what a plugin writes that runs several times comes while it runs', async (t) => {
  const agent = await givenAgent(t, { speed: 20 })
  const { wait, open } = gate(t)
  const properties = [{ runCommand: ['echo one'] }, { runCommand: ['echo two', wait] }]
  const document = { schemaVersion: '1.2', runtimeConfig: { 'aws:runShellScript': { properties } } }
  const commandId = agent.server.sendCommand({ steps: [], document })
  await agent.server.ackOf(commandId)
  const watcher = new Watcher(agent, commandId)
  watcher.watch()
  await watcher.until('both', () => watcher.text('aws:runShellScript') === 'one\ntwo\n')
  open()
  await watcher.until('the end', () => watcher.end !== undefined)
  assert.equal(watcher.text('aws:runShellScript'), 'one\ntwo\n')
})

test('a step that had its node restarted goes on where its output was', async (t) => {
  const { folder, wait, open } = gate(t)
  const [flag, restarting] = [join(folder, 'flag'), join(folder, 'restarting')]
  const agent = await givenAgent(t, { speed: 20, boot: 'one', rebootCommand: ['/bin/touch', restarting] })
  const script = `if [ -e ${flag} ]; then echo second; else touch ${flag}; echo first; ${wait}; exit 194; fi`
  const commandId = agent.server.sendCommand({ steps: [[script]] })
  await agent.server.ackOf(commandId)
  const watcher = new Watcher(agent, commandId)
  watcher.watch()
  await watcher.until('the first line', () => watcher.text('step0') === 'first\n')
  open()
  await agent.server.until('the restart', () => existsSync(restarting), 30_000, 5)
  await agent.restart({ speed: 20, boot: 'two' })
  watcher.watch(watcher.position())
  await watcher.until('the end', () => watcher.end !== undefined)
  assert.equal(watcher.text('step0'), 'first\nsecond\n')
})

test('wherever the channel is cut or the agent ends, the pieces are the file in order', async (t) => {
  const agent = await givenAgent(t, { speed: 20 })
  const piece = fc.record({
    text: fc.string({ unit: 'grapheme', maxLength: 2_000 }),
    repeats: fc.integer({ min: 1, max: 30 }),
  })
  const happening = fc.constantFrom('cut', 'restart', 'nothing')
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 6 }),
      fc.array(happening, { maxLength: 4 }),
      async (parts, events) => {
        const { folder, wait, open } = gate(t)
        const texts = parts.map(({ text, repeats }) => text.repeat(repeats))
        for (const [index, text] of texts.entries()) writeFileSync(join(folder, `${index}`), text)
        const lines = texts.flatMap((_, index) => [`cat ${folder}/${index}`, 'sleep 0.01'])
        const commandId = agent.server.sendCommand({ steps: [[...lines, wait]] })
        await agent.server.ackOf(commandId)
        const watcher = new Watcher(agent, commandId)
        watcher.watch()
        for (const [index, event] of events.entries()) {
          const share = (Buffer.byteLength(texts.join('')) * index) / events.length
          await watcher.until('some of it', () => watcher.position().stdout >= Math.floor(share))
          if (event === 'nothing') continue
          const opened = agent.server.channelsOpened
          if (event === 'cut') {
            agent.server.dropChannel()
            await agent.server.until('the next channel', () => agent.server.channelsOpened > opened)
          } else await agent.restart()
          watcher.take()
          watcher.watch(watcher.position())
        }
        open()
        await watcher.until('the end', () => watcher.end !== undefined)
        assert.ok(watcher.text('step0') === texts.join(''))
      },
    ),
    { numRuns: 5 },
  )
})
