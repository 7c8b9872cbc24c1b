import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../clients/run.ts'

/** A file system with little room, all in memory. */
export interface SmallDisk {
  readonly folder: string
  /** Takes all the room that is left. */
  fill(): void
  /** Gives it back. */
  free(): void
}

const environment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin:/usr/sbin:/sbin' }

/** False when a small disk can be mounted here, or the reason why not. */
export async function reasonToSkipSmallDisk(): Promise<string | false> {
  if (process.getuid?.() !== 0) return 'only root may mount a small disk'
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-disk-'))
  try {
    const { exitCode, stderr } = await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], environment)
    if (exitCode !== 0) return `a small disk cannot be mounted here: ${stderr.trim()}`
    await run('umount', [folder], environment)
    return false
  } catch {
    return 'there is no mount here'
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Mounts a disk of so many MiB; it is gone when the test ends. */
export async function mountSmallDisk(
  t: { after(end: () => Promise<void>): void },
  mebibytes: number,
): Promise<SmallDisk> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-disk-'))
  const mounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder], environment)
  if (mounted.exitCode !== 0) throw new Error(`mount: ${mounted.stderr}`)
  t.after(async () => {
    await run('umount', ['--lazy', folder], environment)
    rmSync(folder, { recursive: true, force: true })
  })
  const ballast = join(folder, 'ballast')
  return {
    folder,
    fill() {
      const file = openSync(ballast, 'w')
      try {
        for (const size of [64 * 1024, 1]) {
          try {
            for (;;) writeSync(file, new Uint8Array(size))
          } catch (error) {
            if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
          }
        }
      } finally {
        closeSync(file)
      }
    },
    free: () => rmSync(ballast),
  }
}
