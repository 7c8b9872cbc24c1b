import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testSurroundings } from '../testing/test-surroundings.ts'
import type { OutputPiece } from './command-news.ts'
import { LinesView } from './lines-view.ts'
import { cutMark, type NodeOutcome } from './node-outcome.ts'
import { OutcomeGroups } from './outcome-groups.ts'
import type { RunView } from './run-view.ts'
import { SingleView } from './single-view.ts'

const step = 'aws:runShellScript'

function piece(text: string, offset: number, more: Partial<OutputPiece> = {}): OutputPiece {
  return { nodeId: 'mi-1', step, stream: 'stdout', offset, text, missed: 0, ...more }
}

function outcome(stdout: string, more: Partial<NodeOutcome> = {}): NodeOutcome {
  const texts = { stdout, stderr: '' }
  const done = { status: 'Success', details: 'Success', exitCode: 0, isCut: false }
  return { nodeId: 'mi-1', name: 'web-01', ...done, ...texts, steps: [{ step, ...texts }], ...more }
}

function finish(view: RunView, last: NodeOutcome, deliverBy?: Date): void {
  const groups = new OutcomeGroups()
  groups.add(last)
  view.outcome(last)
  view.finish({ commandIds: ['1b4f'], groups, unsent: [], deliverBy, isTooLate: deliverBy !== undefined, tookMs: 1 }, 0)
}

test('a node alone shows its output as it comes, and at the end what had not come', () => {
  const surroundings = testSurroundings()
  const view = new SingleView(surroundings, false)
  view.output(piece('grü', 0))
  assert.equal(surroundings.said(), 'grü')
  view.output(piece('ße\n', 4))
  assert.equal(surroundings.said(), 'grüße\n')
  finish(view, outcome('grüße\nend\n'))

  assert.equal(surroundings.said(), 'grüße\nend\n')
  assert.equal(surroundings.complained(), '')
})

test('output that was lost on its way is told where it was lost', () => {
  const surroundings = testSurroundings()
  const view = new SingleView(surroundings, false)
  view.output(piece('a\n', 0))
  view.output(piece('c\n', 4, { missed: 2 }))
  finish(view, outcome('a\nb\nc\nd\n'))

  assert.equal(surroundings.said(), 'a\nc\nd\n')
  assert.equal(surroundings.complained(), '(2 bytes of output were lost here)\n')
})

test('a node alone that did not run the command says why', () => {
  for (const [more, said] of [
    [
      { status: 'Pending', details: 'Pending', exitCode: undefined },
      /web-01 is offline\. .*\n.*fairlead commands 1b4f --watch/,
    ],
    [
      { status: 'TimedOut', details: 'ExecutionTimedOut', exitCode: undefined },
      /^fairlead run: web-01: timed out while running\n$/,
    ],
    [{ status: 'Failed', details: 'Failed', exitCode: 3 }, /^$/],
  ] as const) {
    const surroundings = testSurroundings()
    finish(new SingleView(surroundings, false), outcome('', more))
    assert.match(surroundings.complained(), said)
  }
})

test('what it is too late to deliver is not promised to anybody', () => {
  const waits = outcome('', { status: 'Pending', details: 'Pending', exitCode: undefined })
  const alone = testSurroundings()
  finish(new SingleView(alone, false), waits, new Date('1970-01-01T12:00Z'))
  assert.match(
    alone.complained(),
    /^fairlead run: web-01 was offline\. It does not get the command any more: it could, until 1970-01-01 \d\d:\d\d\.\n$/,
  )
  const many = testSurroundings()
  finish(new LinesView(many, { full: false, raw: false }), waits, new Date('1970-01-01T12:00Z'))
  assert.match(many.complained(), /waiting: web-01\n {2}they could get it until 1970-01-01 \d\d:\d\d\n/)
})

test('lines of many nodes stay whole, however they come', () => {
  const surroundings = testSurroundings()
  const view = new LinesView(surroundings, { full: false, raw: false })
  view.output(piece('on', 0), 'web-01')
  view.output(piece('two\nth', 0, { nodeId: 'mi-2' }), 'web-02')
  view.output(piece('e\n', 2), 'web-01')
  finish(view, outcome('one\nlast'))
  finish(view, outcome('two\nthree\n', { nodeId: 'mi-2', name: 'web-02' }))

  assert.equal(surroundings.said(), 'web-02: two\nweb-01: one\nweb-01: last\nweb-02: three\n')
})

test('of many nodes too it is told where output was lost, and that there is more of it', () => {
  const surroundings = testSurroundings()
  const view = new LinesView(surroundings, { full: false, raw: false })
  view.output(piece('a', 0), 'web-01')
  view.output(piece('c\n', 3, { missed: 2 }), 'web-01')
  finish(view, outcome(`a\nbc\n${cutMark}`, { isCut: true }))

  assert.equal(surroundings.said(), `web-01: a\nweb-01: c\nweb-01: ${cutMark}\n`)
  const [lost, cut] = surroundings.complained().split('\n')
  assert.equal(lost, 'web-01: (2 bytes of output were lost here)')
  assert.equal(cut, 'web-01: (output truncated: the server shows its beginning only)')
})

test('at a terminal what follows an output that ends no line begins a new one, and a file gets what was written', () => {
  for (const [isTTY, end] of [
    [true, '\n'],
    [false, ''],
  ] as const) {
    const surroundings = testSurroundings({ isTTY })
    finish(new SingleView(surroundings, false), outcome('no end'))
    assert.equal(surroundings.said(), `no end${end}`)
  }
})
