import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CliError } from '../cli-error.ts'
import { binFolder } from '../repository.ts'

export interface ProgramStart {
  readonly word: 'server' | 'agent'
  readonly args: readonly string[]
  readonly directory: string
  /** Everything that it says goes there, in place of what the last run said. */
  readonly logFile: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** A Fairlead program that runs beside this one. */
export interface Program {
  readonly pid: number
  /** Why it ended; open as long as it runs. */
  readonly ended: Promise<string>
  /** Rejects with a CliError that shows the end of its log, once it has ended. Never resolves. */
  readonly failure: Promise<never>
  /** Tells it to stop, waits, and kills it after `graceMs`. It is gone when this resolves. */
  stop(graceMs: number): Promise<void>
}

const endWithParent = new URL('end-with-parent.ts', import.meta.url).href

/**
 * Starts `fairlead server` or `fairlead agent`, in a process group of its own, so that a Ctrl-C at the terminal reaches
 * only the quickstart and the order of stopping is ours.
 */
export function startProgram({ word, args, directory, logFile, environment }: ProgramStart): Program {
  const log = openSync(logFile, 'w', 0o600)
  const child = spawn(process.execPath, ['--import', endWithParent, join(binFolder, 'fairlead.mjs'), word, ...args], {
    cwd: directory,
    env: environmentOf(environment, directory),
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  })
  closeSync(log)
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal === null ? `exit status ${code}` : `signal ${signal}`))
  })
  const failure = ended.then((ending) => {
    throw new CliError(`fairlead ${word} ended (${ending}). The end of ${logFile}:\n${lastLines(logFile)}`)
  })
  // Who waits for it races it against something else, and may have stopped waiting.
  failure.catch(() => undefined)
  const pid = child.pid
  if (pid === undefined) throw new CliError(`fairlead ${word} could not be started: ${process.execPath} does not run.`)

  return {
    pid,
    ended,
    failure,
    async stop(graceMs) {
      child.kill('SIGTERM')
      const last = setTimeout(() => child.kill('SIGKILL'), graceMs)
      await ended
      clearTimeout(last)
    },
  }
}

// The sandbox is the same whatever this shell is set up for: npm's variables, AWS's keys and settings of another
// Fairlead stay outside.
function environmentOf(
  environment: Readonly<Record<string, string | undefined>>,
  directory: string,
): Record<string, string | undefined> {
  const kept = Object.entries(environment).filter(([name]) => !/^(npm_|AWS_|FAIRLEAD_|NODE_OPTIONS$)/i.test(name))
  return { ...Object.fromEntries(kept), PWD: directory }
}

function lastLines(path: string): string {
  const lines = readFileSync(path, 'utf8').slice(-4000).trimEnd().split('\n').slice(-12)
  return lines.map((line) => `  ${line}`).join('\n')
}
