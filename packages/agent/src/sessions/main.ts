import { randomBytes, randomUUID } from 'node:crypto'
import { systemClock } from '../clock.ts'
import { createLog, reasonOf } from '../log.ts'
import { SessionFolder } from './session-folder.ts'
import { runSession } from './session-run.ts'
import { failure } from './stream/session-work.ts'

/**
 * The process of one session, started by the agent with the session's folder and living without it: an agent that stops, is
 * killed or updated leaves every shell as it is.
 */
export async function main(path: string): Promise<void> {
  const folder = new SessionFolder(path)
  if (!folder.claim()) return
  const stopping = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopping.abort(signal))
  // The terminal that the agent was started from may go; a session does not.
  process.on('SIGHUP', () => undefined)

  const log = createLog(systemClock, 'info', (line) => process.stderr.write(line))
  const order = folder.order()
  const world = {
    clock: systemClock,
    log,
    newId: randomUUID,
    random: Math.random,
    randomBytes: (length: number) => randomBytes(length),
    ticks: () => performance.now(),
    environment: process.env,
  }
  try {
    const ending =
      order === undefined
        ? failure('The order of the session could not be read.')
        : await runSession(order, folder, world, stopping.signal)
    if (folder.exists()) folder.saveEnding(ending)
  } catch (error) {
    log.error('The session broke down', { reason: reasonOf(error) })
    folder.saveEnding(failure(`The session broke down on the node: ${reasonOf(error)}`))
  }
}

if (import.meta.main) {
  await main(process.argv[2] ?? '')
  // Whatever the session left behind, a socket or a timer, is of no use now.
  process.exit(0)
}
