import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ControlPlane } from '../api/control-plane.ts'
import { systemClock } from '../clock.ts'
import { createLog } from '../log.ts'
import { makeKeyPair } from './key-pair.ts'
import { readRegistration, saveRegistration } from './registration.ts'
import { RoleKeys } from './role-keys.ts'

test("keys that are ended finish the change of the node's key that goes on, and ask for nothing more", async (t) => {
  const stateDirectory = mkdtempSync(join(tmpdir(), 'fairlead-keys-'))
  t.after(() => rmSync(stateDirectory, { recursive: true }))
  const asked: string[] = []
  const arrived = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const token = { AccessKeyId: 'A', SecretAccessKey: 'S', SessionToken: 'T', UpdateKeyPair: true }
  const server = createServer(async (request, response) => {
    request.resume()
    asked.push(String(request.headers['x-amz-target']).split('.')[1] ?? '')
    arrived.resolve()
    await gate.promise
    response.end(JSON.stringify({ ...token, TokenExpirationDate: Date.now() / 1000 + 3600 }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { privateKey } = await makeKeyPair()
  const registration = { nodeId: 'mi-0123456789abcdef0', region: 'us-east-1', fingerprint: 'f', privateKey }
  await saveRegistration(stateDirectory, registration)
  const { port } = server.address() as AddressInfo
  const controlPlane = new ControlPlane({ url: new URL(`http://127.0.0.1:${port}`), region: 'us-east-1' }, systemClock)
  const log = createLog(systemClock, 'error', () => undefined)
  const keys = new RoleKeys(registration, { stateDirectory, controlPlane, clock: systemClock, log })

  const refreshed = keys.refresh()
  await arrived.promise
  const ended = keys.end()
  gate.resolve()
  await ended

  assert.deepEqual(asked, ['RequestManagedInstanceRoleToken', 'UpdateManagedInstancePublicKey'])
  const kept = readRegistration(stateDirectory)
  assert.ok(kept !== undefined && kept.privateKey !== privateKey && kept.nextPrivateKey === undefined)
  await refreshed
  await assert.rejects(keys.refresh(), /has stopped/)
  assert.ok(await keys.signer(), 'what is valid still signs')
})
