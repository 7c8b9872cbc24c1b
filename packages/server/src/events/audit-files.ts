import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

const dayOfFile = /^(\d{4}-\d{2}-\d{2})\.jsonl$/

/** Removes the audit of the days before that of `before` (UTC); that day's own stays, and so does what is no audit. */
export async function dropAudit(folder: string, before: Date): Promise<void> {
  const day = before.toISOString().slice(0, 10)
  for (const file of await readdir(folder)) {
    const of = dayOfFile.exec(file)?.[1]
    if (of !== undefined && of < day) await rm(join(folder, file), { force: true })
  }
}
