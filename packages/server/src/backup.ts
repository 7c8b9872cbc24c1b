import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ConfigError } from './config.ts'
import { BackupOntoItself, copyDatabase } from './store/sqlite/backup.ts'

export const backupHelp = `Usage: fairlead server backup --data-dir DIR --to FILE

A consistent copy of the database, while the server runs or not. Everything that was answered before it began is in it.
The master key is not: keep a copy of DIR/master.key elsewhere, for without it nobody can read the secrets in the copy.
Outputs of commands (DIR/outputs) and the audit (DIR/audit) are append-only files that may be copied as they are.

To restore: stop the server, put FILE back as DIR/fairlead.db, start it again. What is left of the database that was there
before (DIR/fairlead.db-wal) is removed then.

  fairlead server backup --data-dir /var/lib/fairlead --to /backup/fairlead-$(date +%F).db
`

/** `fairlead server backup`: answers where the copy is. Throws ConfigError for what the operator has to mend. */
export async function backup(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const { dataDir, to } = read(args, environment)
  const database = join(dataDir, 'fairlead.db')
  if (!existsSync(database))
    throw new ConfigError(`There is no ${database}. Name the data directory of a server with --data-dir.`)
  try {
    await copyDatabase(database, to)
  } catch (error) {
    if (error instanceof BackupOntoItself) throw new ConfigError(error.message, { cause: error })
    throw error
  }
  return to
}

function read(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): { readonly dataDir: string; readonly to: string } {
  let values: { readonly 'data-dir'?: string; readonly to?: string }
  try {
    values = parseArgs({ args: [...args], options: { 'data-dir': { type: 'string' }, to: { type: 'string' } } }).values
  } catch (error) {
    throw new ConfigError(`${error instanceof Error ? error.message : error}\nTry: fairlead server backup --help`, {
      cause: error,
    })
  }
  if (values.to === undefined) throw new ConfigError('Say where the copy is to go: --to FILE')
  return {
    dataDir: resolve(values['data-dir'] ?? environment['FAIRLEAD_DATA_DIR'] ?? './fairlead-data'),
    to: resolve(values.to),
  }
}
