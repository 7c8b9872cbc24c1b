import { join, resolve } from 'node:path'
import { serverClient } from '../api/server-client.ts'
import { explain } from '../cli-error.ts'
import { findOnPath } from '../installation/find-on-path.ts'
import { installedIn } from '../repository.ts'
import type { Surroundings } from '../surroundings.ts'
import { painter } from '../terminal/paint.ts'
import { Progress } from '../terminal/progress.ts'
import { bringUp, type SandboxUp } from './bring-up.ts'
import { cancelRunning } from './cancel-running.ts'
import { Crew } from './crew.ts'
import { farewell } from './farewell.ts'
import { lackOfRoom } from './lack-of-room.ts'
import { Sandbox } from './sandbox.ts'
import { untilInterrupted } from './until-interrupted.ts'

export interface QuickstartOptions {
  readonly once?: boolean
  readonly json?: boolean
  readonly dataDir?: string
  readonly port: number
}

/**
 * `fairlead quickstart`: a control plane and a node on this machine, and a command that has run on it. Stays up until
 * it is told to stop, or with `once` stops by itself. Whatever it started is gone when it resolves with the exit status.
 */
export async function quickstartCommand(options: QuickstartOptions, surroundings: Surroundings): Promise<number> {
  const from = surroundings.elapsed()
  const stopping = new AbortController()
  const interrupted = untilInterrupted(surroundings.environment)
  const usual = join(installedIn, '.fairlead/quickstart')
  const sandbox = new Sandbox(
    options.dataDir === undefined ? usual : resolve(surroundings.workingDirectory, options.dataDir),
  )
  // With --json only the result is on the standard output.
  const output = options.json === true ? surroundings.stderr : surroundings.stdout
  const paint = painter(output, surroundings)
  const crew = new Crew()
  const progress = new Progress(output, surroundings)
  const patient: Surroundings = { ...surroundings, pause: (ms) => surroundings.pause(ms, stopping.signal) }
  let up: SandboxUp | undefined
  try {
    const work = bringUp({ sandbox, crew, port: options.port, progress }, patient)
    const first = await Promise.race([work, interrupted.signal])
    if ('signal' in first) {
      work.catch(() => undefined)
      progress.mute()
      output.write(`\nStopping (${first.signal}) …\n`)
      return first.status
    }
    up = first
    output.write(`\n${indent(up.output)}\n`)
    if (options.json === true)
      surroundings.stdout.write(`${JSON.stringify(report(up, surroundings.elapsed() - from))}\n`)
    if (options.once === true) return 0
    const hasAwsCli = findOnPath('aws', surroundings.environment) !== undefined
    const { workingDirectory } = surroundings
    const isUsualPlace = sandbox.directory === usual
    output.write(farewell({ ...up, sandbox, workingDirectory, isUsualPlace, hasAwsCli }, paint))
    await Promise.race([interrupted.signal, crew.failure])
    output.write('\nStopping …\n')
    return 0
  } catch (error) {
    // A server on a full disk can't even write down what is wrong.
    const reason = [explain(error), lackOfRoom(sandbox.directory)].filter((line) => line !== undefined).join('\n')
    output.write(`\n${paint('red', reason)}\n`)
    if (options.json === true) surroundings.stdout.write(`${JSON.stringify({ ok: false, error: reason })}\n`)
    return 1
  } finally {
    stopping.abort()
    if (up !== undefined) await tidyNode(up, surroundings)
    const stopped = await crew.stop()
    interrupted.forget()
    if (stopped > 0) output.write('Stopped: nothing of it runs any more.\n')
  }
}

// What still runs is cancelled where that is possible; a server that has gone away can't be asked.
async function tidyNode({ server, nodeId }: SandboxUp, surroundings: Surroundings): Promise<void> {
  try {
    await cancelRunning(serverClient(server, surroundings.now), nodeId, surroundings)
  } catch (error) {
    surroundings.stderr.write(`${explain(error)}\n`)
  }
}

function report({ server, nodeId, commandId, output, commandMs }: SandboxUp, totalMs: number) {
  const { url, dataDir, credentialsFile } = server
  return {
    ok: true,
    url,
    dataDir,
    credentialsFile,
    nodeId,
    commandId,
    output,
    commandMs: Math.round(commandMs),
    totalMs: Math.round(totalMs),
  }
}

function indent(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')
}
