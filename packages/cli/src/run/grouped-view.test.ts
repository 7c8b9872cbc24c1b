import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testSurroundings } from '../testing/test-surroundings.ts'
import { GroupedView } from './grouped-view.ts'

function given(isTTY: boolean) {
  let elapsed = 0
  const written: string[] = []
  const surroundings = testSurroundings({
    elapsed: () => elapsed,
    stderr: { isTTY, columns: 80, write: (text: string) => written.push(text) },
    environment: { NO_COLOR: '1' },
  })
  const view = new GroupedView(surroundings, { full: false, raw: false })
  const later = (ms: number) => {
    elapsed += ms
  }
  return { view, later, written }
}

const line = (text: string) => ({ nodeId: 'mi-1', step: 'run', stream: 'stdout', offset: 0, text, missed: 0 }) as const

test('a terminal shows how far it is and what came last, and is left as it was', () => {
  const { view, later, written } = given(true)
  later(100)
  view.progress({ total: 4, completed: 1, failed: 0, left: [] })
  later(100)
  view.output(line(`\x1b[2J${'x'.repeat(100)}\n`), 'web-01')
  view.hold()

  assert.deepEqual(written, [
    `${'█'.repeat(8)}${'░'.repeat(22)} 1 of 4\n`,
    '\x1b[1A\r\x1b[J',
    `${`web-01: \\x1b[2J${'x'.repeat(100)}`.slice(0, 79)}\n${'█'.repeat(8)}${'░'.repeat(22)} 1 of 4\n`,
    '\x1b[2A\r\x1b[J',
  ])
})

test('the last news are drawn although they came too soon, and nothing over a question', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { view, later, written } = given(true)
  const bar = () => /(\d) of 4\n$/.exec(written.at(-1) ?? '')?.[1]
  later(100)
  view.progress({ total: 4, completed: 1, failed: 0, left: [] })
  later(1)
  view.progress({ total: 4, completed: 2, failed: 0, left: [] })
  assert.equal(bar(), '1')
  later(80)
  t.mock.timers.tick(80)
  assert.equal(bar(), '2')

  const release = view.hold()
  later(100)
  view.progress({ total: 4, completed: 3, failed: 0, left: [] })
  t.mock.timers.tick(1_000)
  assert.equal(bar(), undefined)
  release()
  assert.equal(bar(), '3')
})

test('what is written before it is known of how many nodes is shown with the first number, not as done', () => {
  const { view, later, written } = given(true)
  later(100)
  view.output(line('first\n'), 'web-01')
  view.hold()()
  assert.deepEqual(written, [])

  view.progress({ total: 4, completed: 0, failed: 0, left: [] })
  assert.deepEqual(written, [`web-01: first\n${'░'.repeat(30)} 0 of 4\n`])
})

test('a number of nodes that changes is drawn, though none has ended', () => {
  const { view, later, written } = given(true)
  for (const total of [4, 5]) {
    later(100)
    view.progress({ total, completed: 0, failed: 0, left: [] })
  }
  assert.match(written.at(-1) ?? '', / 0 of 5\n$/)
})

test('news that wait for their time are drawn then, by whatever clock', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { view, later, written } = given(true)
  later(100)
  view.progress({ total: 4, completed: 1, failed: 0, left: [] })
  view.progress({ total: 4, completed: 2, failed: 0, left: [] })
  later(79.9)
  t.mock.timers.tick(80)
  assert.match(written.at(-1) ?? '', / 2 of 4\n$/)
})

test('a terminal is drawn a dozen times a second at most, and a log is told every ten seconds', () => {
  for (const [isTTY, most] of [
    [true, 26],
    [false, 1],
  ] as const) {
    const { view, later, written } = given(isTTY)
    for (let completed = 0; completed < 1_000; completed++) {
      later(1)
      view.progress({ total: 1_000, completed, failed: completed, left: [] })
    }
    assert.ok(written.length <= most, `${written.length} times`)
    later(10_000)
    view.progress({ total: 1_000, completed: 999, failed: 7, left: ['web-01'] })
    view.output(line('news\n'), 'web-01')
    assert.match(written.at(-1) ?? '', /999 of 1000, 7 failed, waiting for web-01\n$/)
  }
})

test('a word that is said while a question stands does not let anything be drawn over it', () => {
  const { view, later, written } = given(true)
  later(100)
  view.progress({ total: 4, completed: 1, failed: 0, left: [] })
  const answer = view.hold()
  view.hold()()
  later(100)
  view.progress({ total: 4, completed: 2, failed: 0, left: [] })
  assert.equal(written.at(-1), '\x1b[1A\r\x1b[J')
  later(100)
  answer()

  assert.match(written.at(-1) ?? '', / 2 of 4\n$/)
})
