import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, systemClock } from '@fairlead/agent/clock'
import { createLog } from '@fairlead/agent/log'
import { type Ending, runSession, SessionFolders, writeSharedCredentials } from '@fairlead/agent/session'
import { FakeControlPlane } from './fake-control-plane.ts'
import { fakeKeys } from './fake-keys.ts'
import type { FakeSession } from './fake-session.ts'
import { type SessionRequest, sessionContent } from './session-request.ts'

export interface GivenSession {
  readonly server: FakeControlPlane
  readonly session: FakeSession
  readonly stateDirectory: string
  /** Resolves when the session's process would end. */
  readonly ended: Promise<Ending>
  /** What a signal does. */
  stop(): void
}

const usualEnvironment = { PATH: '/usr/local/bin:/usr/bin:/bin' }

/** The node's end of a session in this process, on a data channel to a fake control plane. */
export async function givenSession(
  test: { after(clean: () => Promise<void>): void },
  request: SessionRequest = {},
  environment: Readonly<Record<string, string>> = usualEnvironment,
  clock: Clock = systemClock,
): Promise<GivenSession> {
  const server = new FakeControlPlane()
  await server.listen()
  const stateDirectory = mkdtempSync(join(tmpdir(), 'fairlead-session-'))
  writeFileSync(join(stateDirectory, 'credentials'), writeSharedCredentials(fakeKeys))
  const session = server.addSession(request)
  const order = {
    sessionId: session.sessionId,
    nodeId: server.nodeId,
    region: 'us-east-1',
    endpoint: server.url,
    caFile: undefined,
    content: sessionContent(session, request),
    boot: 'this',
    taskMessageId: randomUUID(),
    pingEveryMs: 30_000,
    reconnectCapMs: 100,
    keepsLogs: request.keepsLogs ?? true,
  }
  const folders = new SessionFolders(stateDirectory)
  await folders.create(order)
  const stopping = new AbortController()
  const world = {
    clock,
    log: createLog(systemClock, 'error', (line) => process.stderr.write(line)),
    newId: randomUUID,
    random: () => 0.1,
    randomBytes: (length: number) => randomBytes(length),
    ticks: () => performance.now(),
    environment,
  }
  const ended = runSession(order, folders.find(session.sessionId), world, stopping.signal)
  test.after(async () => {
    stopping.abort()
    await ended
    await server.close()
    rmSync(stateDirectory, { recursive: true, force: true })
  })
  return { server, session, stateDirectory, ended, stop: () => stopping.abort() }
}
