import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testSurroundings } from '../testing/test-surroundings.ts'
import { Progress } from './progress.ts'

const green = '\x1b[32m'

function given(options: { isTTY?: boolean; environment?: Record<string, string> } = {}) {
  let elapsed = 0
  const surroundings = testSurroundings({ ...options, elapsed: () => elapsed })
  const progress = new Progress(surroundings.stdout, surroundings)
  const work = async () => {
    elapsed += 1400
    return { told: 'Made', value: 7 }
  }
  return { progress, work, said: surroundings.said }
}

test('a step is told when it has ended, with its time', async () => {
  const { progress, work, said } = given()

  assert.equal(await progress.step('Making', work), 7)

  assert.equal(said(), '✓ Made (1.4 s)\n')
})

test('a terminal sees what is being done, until it is done', async () => {
  const { progress, work, said } = given({ isTTY: true, environment: { NO_COLOR: '1' } })

  await progress.step('Making', work)

  assert.equal(said(), '  Making …\r\x1b[2K✓ Made (1.4 s)\n')
})

test('colour is only for terminals, and not for those who set NO_COLOR', async () => {
  const coloured = given({ isTTY: true })
  const plain = given({ isTTY: true, environment: { NO_COLOR: '1' } })
  await coloured.progress.step('Making', coloured.work)
  await plain.progress.step('Making', plain.work)

  assert.ok(coloured.said().includes(green))
  assert.ok(!plain.said().includes(green))
})

test('a step that fails is marked, and its error is passed on', async () => {
  const { progress, said } = given()

  await assert.rejects(
    progress.step('Making', () => Promise.reject(new Error('no'))),
    /no/,
  )

  assert.equal(said(), '✗ Making\n')
})

test('nothing is told once it is mute', async () => {
  const { progress, work, said } = given()
  progress.mute()

  await progress.step('Making', work)

  assert.equal(said(), '')
})
