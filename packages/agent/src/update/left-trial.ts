import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '../disk/durable-file.ts'
import { readText } from '../disk/read-text.ts'
import { isAlive, parseIdentity } from '../process/process-identity.ts'

/**
 * Notes which process is on trial, and that this one watches it: one that hangs would not see that its watcher was killed,
 * and so would keep the state directory from the next agent. Power loss ends both, so the note need not survive that.
 */
export function noteTrial(stateDirectory: string, pid: number): void {
  writeWhole(noteIn(stateDirectory), `${lineOf(process.pid)}\n${lineOf(pid)}\n`)
}

export function forgetTrial(stateDirectory: string): void {
  rmSync(noteIn(stateDirectory), { force: true })
}

/** Ends a version on trial, if it is still there and its watcher is not. */
export function endLeftTrial(stateDirectory: string): void {
  // Command lines tell processes apart where the kernel does not show when they began.
  const [watcher, trial] = (readText(noteIn(stateDirectory)) ?? '')
    .split('\n')
    .map((line) => parseIdentity(line, stateDirectory))
  if (trial === undefined) return
  if (watcher !== undefined && watcher.pid !== process.pid && isAlive(watcher)) return
  if (isAlive(trial)) process.kill(trial.pid, 'SIGKILL')
  forgetTrial(stateDirectory)
}

function lineOf(pid: number): string {
  return readText(`/proc/${pid}/stat`)?.trim() ?? String(pid)
}

function noteIn(stateDirectory: string): string {
  return join(stateDirectory, 'versions', 'on-trial')
}
