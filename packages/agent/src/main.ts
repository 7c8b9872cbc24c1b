import { randomUUID } from 'node:crypto'
import { systemClock } from './clock.ts'
import { startAgent } from './compose.ts'
import { helpText, readConfig, UsageError } from './config.ts'
import { createLog, reasonOf } from './log.ts'

const loopback: readonly string[] = ['127.0.0.1', '[::1]', 'localhost']

/** `fairlead agent`. Returns the exit status, once the agent has been told to stop. */
export async function main(
  args: readonly string[],
  environment?: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const stopping = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort(signal))
  try {
    const config = readConfig(args, environment)
    if (config === undefined) {
      process.stdout.write(helpText)
      return 0
    }
    const log = createLog(systemClock, config.logLevel, (line) => process.stderr.write(line))
    if (config.endpoint.protocol === 'http:' && !loopback.includes(config.endpoint.hostname)) {
      log.warn('The connection to the server is not encrypted: use an https:// endpoint', {
        endpoint: config.endpoint.origin,
      })
    }
    const world = { clock: systemClock, log, newId: randomUUID, random: Math.random }
    const agent = await startAgent(config, world, stopping.signal)
    if (agent === undefined) return 0
    log.info('The agent runs', { nodeId: agent.nodeId, endpoint: config.endpoint.origin })
    await until(stopping.signal)
    log.info('The agent stops', { signal: String(stopping.signal.reason) })
    agent.stop()
    return 0
  } catch (error) {
    process.stderr.write(`fairlead agent: ${reasonOf(error)}\n`)
    return error instanceof UsageError ? 2 : 1
  }
}

function until(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2))
