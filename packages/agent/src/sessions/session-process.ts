import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { SessionFolder } from './session-folder.ts'

const program = fileURLToPath(new URL('./main.ts', import.meta.url))
// What a port carries are buffers outside of V8's heap. A young generation that is small is collected before they are so many
// that V8 marks its whole heap on their account, again and again: that was a third of what a megabyte cost.
const heap = '--max-semi-space-size=1'

/** Starts the process of a session, apart from this one. `onGone` is called when it has ended, or could not be started. */
export function startSessionProcess(
  folder: SessionFolder,
  environment: Readonly<Record<string, string>>,
  onGone: () => void,
): void {
  const log = openSync(folder.logFile, 'a', 0o600)
  try {
    const child = spawn(process.execPath, [heap, program, folder.path], {
      env: environment,
      detached: true,
      stdio: ['ignore', 'ignore', log],
    })
    child.once('error', onGone)
    child.once('exit', onGone)
    child.unref()
  } finally {
    closeSync(log)
  }
}
