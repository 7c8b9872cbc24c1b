import assert from 'node:assert/strict'
import { test } from 'node:test'
import { program } from './program.ts'
import { version } from './repository.ts'
import { testSurroundings } from './testing/test-surroundings.ts'

async function run(...args: string[]) {
  const surroundings = testSurroundings()
  let failure: unknown
  await program(surroundings, () => undefined)
    .parseAsync(args, { from: 'user' })
    .catch((error: unknown) => {
      failure = error
    })
  const code = failure instanceof Error && 'code' in failure ? failure.code : undefined
  return { code, said: surroundings.said(), complained: surroundings.complained() }
}

test('help teaches by example, however it is asked for', async () => {
  for (const word of ['help', '--help', '-h']) assert.match((await run(word)).said, /npm run quickstart/, word)
})

test('every word of the help has a help of its own', async () => {
  const words =
    /^Words: ([a-z\s]*)$/m
      .exec((await run('help')).said)?.[1]
      ?.trim()
      .split(/\s+/) ?? []
  assert.ok(words.length > 4)
  for (const word of words) assert.match((await run('help', word)).said, /fairlead/, word)
})

test('both ways to ask for the version answer it', async () => {
  assert.equal((await run('version')).said, `${version}\n`)
  assert.equal((await run('--version')).said, `${version}\n`)
})

test('a word that is nearly right is put right', async () => {
  const { code, complained } = await run('enw')

  assert.equal(code, 'commander.unknownCommand')
  assert.match(complained, /Did you mean env\?/)
})

test('a port that is none is refused before anything starts', async () => {
  for (const port of ['x', '-1', '65535', '70.5', '']) {
    const { code, complained } = await run('quickstart', `--port=${port}`)
    assert.equal(code, 'commander.invalidArgument', port)
    assert.match(complained, /0 to 65534/)
  }
})

test('a time that agents would take for another one is refused before anything starts', async () => {
  for (const time of ['4', '4s', '172801', '3d']) {
    const { code, complained } = await run('run', `--timeout=${time}`, '--', 'uptime')
    assert.equal(code, 'commander.invalidArgument', time)
    assert.match(complained, /5 seconds to 2 days/)
  }
})
