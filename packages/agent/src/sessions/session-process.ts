import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { SessionFolder } from './session-folder.ts'

const program = fileURLToPath(new URL('./main.ts', import.meta.url))

/** Starts the process of a session, apart from this one. `onGone` is called when it has ended, or could not be started. */
export function startSessionProcess(
  folder: SessionFolder,
  environment: Readonly<Record<string, string>>,
  onGone: () => void,
): void {
  const log = openSync(folder.logFile, 'a', 0o600)
  try {
    const child = spawn(process.execPath, [program, folder.path], {
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
