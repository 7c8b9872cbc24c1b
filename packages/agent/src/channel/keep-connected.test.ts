import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import { ControlPlane } from '../api/control-plane.ts'
import { usualTimings } from '../config.ts'
import { type ConnectionWorld, keepConnected } from './keep-connected.ts'
import type { Channel, OnClosed } from './websocket-channel.ts'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }

/** A channel that the test opens, refuses and loses, while time stands still. */
class Line {
  readonly clock = new ManualClock()
  /** Milliseconds since the beginning, of every try. */
  readonly tries: number[] = []
  readonly frames: string[] = []
  readonly closed: number[] = []
  isOpen = false
  luck = 1
  /** What the next try comes to. */
  answer: 'opens' | 'refuses' | 'hangs' = 'opens'
  readonly #began = this.clock.now().getTime()
  readonly #hanging: (() => void)[] = []
  #lose: OnClosed = () => {}
  #say: (bytes: Uint8Array) => void = () => {}

  get now(): number {
    return this.clock.now().getTime() - this.#began
  }

  start(t: TestContext): void {
    const now = () => this.clock.now().getTime()
    const clock = {
      now,
      ticks: () => this.clock.ticks(),
      after: (ms: number, act: () => void) => this.clock.after(ms, act),
    }
    const endpoint = { url: new URL('http://127.0.0.1:9'), region: 'us-east-1' }
    const world: ConnectionWorld = {
      name: 'line',
      nodeId: 'mi-0123456789abcdef0',
      controlPlane: new ControlPlane(endpoint, clock),
      keys: { signer: () => Promise.reject(new Error('nothing is signed')), forget() {} },
      clock,
      log: quiet,
      pingEveryMs: 30_000,
      reconnectCapMs: usualTimings.reconnectCapMs,
      random: () => this.luck,
      newId: () => 'id',
      onFrame: (bytes) => this.frames.push(Buffer.from(bytes).toString()),
      onOpen: () => {
        this.isOpen = true
      },
      onLost: () => {
        this.isOpen = false
      },
      open: ({ onFrame }, onClosed) => this.#open(onFrame, onClosed),
    }
    t.after(keepConnected(world))
  }

  /** Lets so many milliseconds pass, with all that comes of it. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 50) {
      this.clock.advance(Math.min(50, ms - passed))
      await turn()
    }
  }

  async lose(isGoodbye = false): Promise<void> {
    this.#lose('as the test wants it', isGoodbye)
    await turn()
  }

  /** The tries that hang come through after all, and say something. */
  async comeThrough(): Promise<void> {
    for (const act of this.#hanging.splice(0)) act()
    await turn()
    this.#say(Buffer.from('late'))
  }

  async #open(onFrame: (bytes: Uint8Array) => void, onClosed: OnClosed): Promise<Channel> {
    this.tries.push(this.now)
    const number = this.tries.length
    if (this.answer === 'refuses') throw new Error('connect ECONNREFUSED')
    if (this.answer === 'hangs') await new Promise<void>((resolve) => this.#hanging.push(resolve))
    this.#lose = onClosed
    this.#say = onFrame
    const close = async () => {
      this.closed.push(number)
      onClosed('closed', false)
    }
    return { send: () => true, pause() {}, resume() {}, close }
  }
}

async function openLine(t: TestContext): Promise<Line> {
  const line = new Line()
  line.start(t)
  await line.pass(60_000)
  assert.ok(line.isOpen)
  line.tries.length = 0
  return line
}

test('a server that is away for less than a second is found again within 1.75 s, with the worst of luck', async (t) => {
  const line = await openLine(t)
  line.answer = 'refuses'
  await line.lose()
  await line.pass(1_000)
  line.answer = 'opens'
  await line.pass(750)
  assert.ok(line.isOpen)
})

test('however long a server was away, a node is back within 20 s of its return', async (t) => {
  const line = await openLine(t)
  line.answer = 'refuses'
  await line.lose()
  await line.pass(600_000)
  const inLastMinute = line.tries.filter((at) => at > line.now - 60_000)
  assert.equal(inLastMinute.length, 3)
  line.answer = 'opens'
  await line.pass(20_000)
  assert.ok(line.isOpen)
})

test('channels that do not last are tried for ever more slowly, until one lasts', async (t) => {
  const line = await openLine(t)
  const gaps: number[] = []
  for (let count = 0; count < 5; count++) {
    const lostAt = line.now
    await line.lose()
    while (!line.isOpen) await line.pass(50)
    gaps.push(line.now - lostAt)
  }
  assert.deepEqual(gaps, [250, 500, 1_000, 2_000, 4_000])

  await line.pass(11_000)
  await line.lose()
  await line.pass(250)
  assert.ok(line.isOpen)
})

test('a server that says that it stops is looked for at once, however short it was there', async (t) => {
  const line = await openLine(t)
  for (let count = 0; count < 5; count++) {
    await line.lose(true)
    await line.pass(250)
    assert.ok(line.isOpen)
  }
})

test('a try that takes longer than 20 s is given up for another, and what it opens late is closed unheard', async (t) => {
  const line = await openLine(t)
  line.answer = 'hangs'
  await line.lose()
  await line.pass(250 + 20_000)
  assert.equal(line.tries.length, 1)
  line.answer = 'opens'
  await line.pass(500)
  assert.equal(line.tries.length, 2)
  assert.ok(line.isOpen)

  await line.comeThrough()
  assert.deepEqual(line.closed, [1])
  assert.deepEqual(line.frames, [])
  await line.pass(1_000)
  assert.ok(line.isOpen)
  assert.equal(line.tries.length, 2)
})
