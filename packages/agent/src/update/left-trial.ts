import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '../disk/durable-file.ts'
import { readText } from '../disk/read-text.ts'
import { isAlive, parseIdentity } from '../process/process-identity.ts'

/**
 * Notes which process is on trial: one that hangs would not see that whoever watched it was killed, and so would keep the
 * state directory from the next agent. Power loss ends it, so the note need not survive that.
 */
export function noteTrial(stateDirectory: string, pid: number): void {
  writeWhole(noteIn(stateDirectory), readText(`/proc/${pid}/stat`) ?? `${pid}\n`)
}

export function forgetTrial(stateDirectory: string): void {
  rmSync(noteIn(stateDirectory), { force: true })
}

/** Ends a version on trial whose watcher was killed, if it is still there. */
export function endLeftTrial(stateDirectory: string): void {
  const note = readText(noteIn(stateDirectory))
  if (note === undefined) return
  // Its command line tells it where the kernel does not show when it began.
  const identity = parseIdentity(note, join(stateDirectory, 'versions'))
  if (identity !== undefined && isAlive(identity)) process.kill(identity.pid, 'SIGKILL')
  forgetTrial(stateDirectory)
}

function noteIn(stateDirectory: string): string {
  return join(stateDirectory, 'versions', 'on-trial')
}
