import { run } from '../clients/run.ts'

const environment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin:/usr/sbin:/sbin' }

/**
 * Has every write of a process to a file fail from now on, until the answered function is called, as on a disk without any
 * room: no file of it may be longer than a byte. What is full is the process, so that one needs no disk of its own.
 */
export async function fillDiskOf(pid: number): Promise<() => Promise<void>> {
  await setFileLimit(pid, '1')
  return () => setFileLimit(pid, 'unlimited')
}

/** False when limits of other processes can be set here, or the reason why not. */
export async function reasonToSkipFullDisk(): Promise<string | false> {
  try {
    const { exitCode, stderr } = await run('prlimit', ['--pid', String(process.pid), '--fsize'], environment)
    return exitCode === 0 ? false : `prlimit: ${stderr.trim()}`
  } catch {
    return 'there is no prlimit here'
  }
}

/** The soft limit alone: whoever may not raise the hard one could never take it back. */
async function setFileLimit(pid: number, limit: string): Promise<void> {
  const { exitCode, stderr } = await run('prlimit', ['--pid', String(pid), `--fsize=${limit}:`], environment)
  if (exitCode !== 0) throw new Error(`prlimit: ${stderr}`)
}
