import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sweepCommands } from './sweep.ts'

const dayMs = 86_400_000
const keep = { keepOutputMs: 14 * dayMs, keepMarksMs: 32 * dayMs }

test('output goes after 14 days, the mark of a command after 32, and active commands stay', (t) => {
  const state = mkdtempSync(join(tmpdir(), 'fairlead-'))
  t.after(() => rmSync(state, { recursive: true }))
  const now = 100 * dayMs
  const make = (name: string, ageDays: number) => {
    const folder = join(state, 'commands', name)
    mkdirSync(join(folder, '0-step'), { recursive: true })
    writeFileSync(join(folder, '0-step', 'stdout'), 'x')
    const at = (now - ageDays * dayMs) / 1000
    utimesSync(folder, at, at)
  }
  for (const [name, age] of [
    ['new', 13],
    ['old', 15],
    ['ancient', 33],
    ['busy', 33],
  ] as const)
    make(name, age)
  const sweep = () => sweepCommands(state, now, keep, (commandId) => commandId === 'busy')

  sweep()
  sweep()

  const has = (...path: string[]) => existsSync(join(state, 'commands', ...path))
  assert.deepEqual([has('new', '0-step'), has('old', '0-step'), has('old')], [true, false, true])
  assert.deepEqual([has('ancient'), has('busy', '0-step')], [false, true])
})
