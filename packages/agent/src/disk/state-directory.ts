import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { identityOfSelf, isAlive, parseIdentity } from '../process/process-identity.ts'
import { createFirst } from './durable-file.ts'
import { readText } from './read-text.ts'

/**
 * Takes a state directory for this agent, and makes it if need be. Returns what gives it back.
 * Throws when another agent that runs has it: two agents would be one node twice.
 */
export function takeStateDirectory(path: string): () => void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    chmodSync(path, 0o700)
  } catch (cause) {
    throw new Error(`The state directory ${path} cannot be made or is not ours. Choose another with --state-dir.`, {
      cause,
    })
  }
  const lock = join(path, 'agent.lock')
  const mark = 'agent'
  const own = readText('/proc/self/stat') ?? String(process.pid)
  for (let attempt = 0; attempt < 3; attempt++) {
    if (createFirst(lock, own)) return () => rmSync(lock, { force: true })
    const holder = parseIdentity(readText(lock) ?? '', mark)
    if (holder !== undefined && isAlive(holder)) {
      const who = holder.pid === identityOfSelf(mark).pid ? 'this process' : `process ${holder.pid}`
      throw new Error(
        `Another agent (${who}) uses the state directory ${path}. Stop it, or choose another with --state-dir.`,
      )
    }
    rmSync(lock, { force: true })
  }
  throw new Error(`The state directory ${path} could not be locked: other agents are starting in it.`)
}
