import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { test } from 'node:test'
import { given } from '@fairlead/testkit/given'
import { temporaryFolder } from '../testing/server-folder.ts'
import { testSurroundings } from '../testing/test-surroundings.ts'
import { doctorCommand } from './doctor-command.ts'

test('of a server that is well, nothing is wrong', async (t) => {
  const { dataDir } = await given(t, { secure: true })
  const surroundings = testSurroundings()

  assert.equal(await doctorCommand({ dataDir }, surroundings), 0, surroundings.said())

  assert.match(surroundings.said(), /✓ https:.*: ready/)
  assert.match(surroundings.said(), /✓ Signed request: arn:aws:iam::123456789012:root/)
})

test('a root key that others may read is found, with how to mend it', async (t) => {
  const { dataDir, server } = await given(t)
  chmodSync(server.credentialsFile, 0o644)
  const surroundings = testSurroundings()

  assert.equal(await doctorCommand({ dataDir }, surroundings), 1)

  assert.match(surroundings.said(), /✗ Root key: .*chmod 600 /)
})

test('that no server runs is what is wrong', async (t) => {
  const surroundings = testSurroundings()

  assert.equal(await doctorCommand({ dataDir: temporaryFolder(t) }, surroundings), 1)

  assert.match(surroundings.said(), /✗ No server runs in/)
})

test('a program reads what was found, well or not', async (t) => {
  const { dataDir, server } = await given(t)
  chmodSync(server.credentialsFile, 0o644)
  const surroundings = testSurroundings()
  const nowhere = testSurroundings()

  assert.equal(await doctorCommand({ dataDir, json: true }, surroundings), 1)
  assert.equal(await doctorCommand({ dataDir: temporaryFolder(t), json: true }, nowhere), 1)

  const { isWell, findings } = JSON.parse(surroundings.said())
  assert.equal(isWell, false)
  assert.deepEqual(
    findings.filter((one: { isWell: boolean }) => !one.isWell).map(({ about }: { about: string }) => about),
    ['Root key'],
  )
  assert.match(JSON.parse(nowhere.said()).findings[0].text, /No server runs in/)
})
