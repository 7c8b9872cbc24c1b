import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import type { Clock } from '../clock.ts'
import { capOutput } from './output-cap.ts'
import { isAlive, type ProcessIdentity } from './process-identity.ts'
import type { KillReason, StepFolder } from './step-folder.ts'
import { notStartedCode, wrapper } from './wrapper.ts'

export type ScriptOutcome =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly reason: KillReason }
  /** It ran, at least in part, and left no exit status. */
  | { readonly kind: 'vanished' }
  /** It did not run, and will not. */
  | { readonly kind: 'not-run'; readonly reason: string }

export interface Script {
  readonly outcome: Promise<ScriptOutcome>
  /** Kills the whole process group at once. The outcome tells whether it came in time. */
  kill(reason: KillReason): void
  /** Stops watching; the script runs on, and `outcome` stays open for ever. */
  leave(): void
}

export interface ScriptStart {
  readonly folder: StepFolder
  /** Program and arguments. */
  readonly command: readonly string[]
  readonly workingDirectory: string | undefined
  readonly environment: Readonly<Record<string, string>>
  readonly outputLimitBytes: number
}

/** Starts a script as the leader of its own process group, its output going straight to files. */
export function startScript(start: ScriptStart, clock: Clock): Script {
  const { folder } = start
  const child = spawnDetached(start)
  const stopCap = capOutput([folder.stdout, folder.stderr], start.outputLimitBytes, clock)
  const outcome = new Promise<ScriptOutcome>((resolve) => {
    child.once('error', (error) => {
      stopCap()
      // A failed spawn; a claim makes sure that it stays one.
      resolve(folder.claim() ? { kind: 'not-run', reason: error.message } : { kind: 'vanished' })
    })
    child.once('exit', (code, signal) => {
      stopCap()
      resolve(outcomeOfChild(folder, child.pid, code, signal))
    })
  })
  return {
    outcome,
    kill: (reason) => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
        killGroup(folder, child.pid, reason)
      }
    },
    leave: () => {
      stopCap()
      child.removeAllListeners()
      child.unref()
    },
  }
}

function spawnDetached({ folder, command, workingDirectory, environment }: ScriptStart): ChildProcess {
  const files: number[] = []
  try {
    files.push(openSync(folder.stdout, 'a', 0o600), openSync(folder.stderr, 'a', 0o600))
    return spawn('/bin/sh', ['-c', wrapper, folder.path, ...command], {
      cwd: workingDirectory,
      env: environment,
      detached: true,
      stdio: ['ignore', ...files],
    })
  } finally {
    for (const file of files) closeSync(file)
  }
}

function outcomeOfChild(
  folder: StepFolder,
  pid: number | undefined,
  code: number | null,
  signal: NodeJS.Signals | null,
): ScriptOutcome {
  const written = folder.exitCode()
  if (written !== undefined) return { kind: 'exited', code: written }
  const reason = folder.killReason()
  if (reason !== undefined) return { kind: 'killed', reason }
  if (code === notStartedCode() && (folder.claim() || folder.runner()?.pid !== pid)) {
    return { kind: 'not-run', reason: 'its folder is claimed, or cannot be written' }
  }
  // The wrapper could not write its file, or a signal from elsewhere took it; what the kernel says is still true.
  return code === null || signal !== null ? { kind: 'vanished' } : { kind: 'exited', code }
}

const adoptedPollMs = 100
// A wrapper needs microseconds from making its file to writing it; after this long it never will.
const longestStartMs = 2_000

/** Finds a script that an earlier agent may have started. */
export function findScript(folder: StepFolder, outputLimitBytes: number, clock: Clock): Script {
  let stopped = false
  let stopWaiting: () => void = () => undefined
  let stopCap: () => void = () => undefined
  let runner: ProcessIdentity | undefined
  let killWith: KillReason | undefined
  const killNow = () => {
    if (killWith !== undefined && runner !== undefined && isAlive(runner)) killGroup(folder, runner.pid, killWith)
  }
  const giveUpStartAt = clock.ticks() + longestStartMs

  const outcome = new Promise<ScriptOutcome>((resolve) => {
    const look = () => {
      if (stopped) return
      runner ??= folder.runner()
      // Asked before the files are read: a script that ends in between has written them by then.
      const alive = runner === undefined ? folder.isStarting() && clock.ticks() < giveUpStartAt : isAlive(runner)
      const ended = outcomeOfFound(folder, alive, runner === undefined && clock.ticks() < giveUpStartAt)
      if (ended === undefined) {
        killNow()
        stopWaiting = clock.after(adoptedPollMs, look)
      } else {
        stopCap()
        resolve(ended)
      }
    }
    stopCap = capOutput([folder.stdout, folder.stderr], outputLimitBytes, clock)
    look()
  })
  return {
    outcome,
    kill: (reason) => {
      killWith = reason
      killNow()
    },
    leave: () => {
      stopped = true
      stopWaiting()
      stopCap()
    },
  }
}

function outcomeOfFound(folder: StepFolder, alive: boolean, mayStartNow: boolean): ScriptOutcome | undefined {
  const code = folder.exitCode()
  if (code !== undefined) return { kind: 'exited', code }
  if (alive) return undefined
  if (folder.claim() || folder.isClaimed()) {
    return { kind: 'not-run', reason: 'the agent stopped before the script started' }
  }
  // The wrapper was there between the look for it and the claim: there is somebody to look for now.
  if (mayStartNow) return undefined
  const reason = folder.killReason()
  return reason === undefined ? { kind: 'vanished' } : { kind: 'killed', reason }
}

function killGroup(folder: StepFolder, leader: number, reason: KillReason): void {
  folder.recordKill(reason)
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // It ended in the meantime: its exit status stands.
  }
}
