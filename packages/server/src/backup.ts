import { existsSync } from 'node:fs'
import { cp, mkdir, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ConfigError } from './config.ts'
import { BackupOntoItself, copyDatabase } from './store/sqlite/backup.ts'

export const backupHelp = `Usage: fairlead server backup --data-dir DIR --to FILE [--recordings-to FOLDER] [--agents-to FOLDER]

A consistent copy of the database, while the server runs or not. Everything that was answered before it began is in it.
The master key is not: keep a copy of DIR/master.key elsewhere, for without it nobody can read the secrets in the copy.
The database says where recordings of sessions are and holds their keys; what was recorded is in DIR/recordings, which may be
large. --recordings-to copies it into FOLDER. Outputs of commands (DIR/outputs) and the audit (DIR/audit) are left to you: all three
are files that are only added to, so they may be copied as they are, while the server runs, after the database.
--agents-to copies DIR/agent-bundles, if versions of the agent were published: the key that signs them, sealed with the master key, and
the bundles. Nodes believe no other key, so keep a copy.

To restore: stop the server, put FILE back as DIR/fairlead.db, the FOLDERs as DIR/recordings and DIR/agent-bundles, start it again. What is left of the database that was there
before (DIR/fairlead.db-wal) is removed then.

  fairlead server backup --data-dir /var/lib/fairlead --to /backup/fairlead-$(date +%F).db --recordings-to /backup/recordings \\
      --agents-to /backup/agent-bundles
`

/** `fairlead server backup`: answers what was copied, for the operator, and what was not. Throws ConfigError for what the operator has to mend. */
export async function backup(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const { dataDir, to, recordingsTo, agentsTo } = read(args, environment)
  const database = join(dataDir, 'fairlead.db')
  if (!existsSync(database))
    throw new ConfigError(`There is no ${database}. Name the data directory of a server with --data-dir.`)
  try {
    await copyDatabase(database, to)
  } catch (error) {
    if (error instanceof BackupOntoItself) throw new ConfigError(error.message, { cause: error })
    throw error
  }
  const told = [
    `The copy is whole: ${to}\n`,
    await copyRecordings(join(dataDir, 'recordings'), recordingsTo),
    await copyAgents(join(dataDir, 'agent-bundles'), agentsTo),
  ]
  return told.join('')
}

/** After the database: a recording without its key is of no use, a key without its recording does no harm. */
async function copyRecordings(from: string, to: string | undefined): Promise<string> {
  const count = existsSync(from) ? (await readdir(from)).length : 0
  if (to === undefined) {
    return count === 0
      ? ''
      : `Not in it: the ${count} recordings of sessions in ${from}. --recordings-to FOLDER copies them too.\n`
  }
  // A recording that goes on may end in the middle of a member, as after a kill: its reader minds that.
  await copyFolder('recordings', count > 0 ? from : undefined, to)
  return `And the ${count} recordings: ${to}\n`
}

/** The key that signs versions of the agent, and the versions: files that are written whole. */
async function copyAgents(from: string, to: string | undefined): Promise<string> {
  const hasKey = existsSync(join(from, 'signing-key'))
  if (to === undefined) {
    return hasKey
      ? `Not in it: the key that signs versions of the agent, and what is published, in ${from}. --agents-to FOLDER copies them too.\n`
      : ''
  }
  await copyFolder('versions of the agent', hasKey ? from : undefined, to)
  return hasKey ? `And the key that signs versions of the agent, and what is published: ${to}\n` : ''
}

async function copyFolder(what: string, from: string | undefined, to: string): Promise<void> {
  try {
    await mkdir(to, { recursive: true, mode: 0o700 })
    if (from !== undefined) await cp(from, to, { recursive: true })
  } catch (cause) {
    throw new ConfigError(
      `The ${what} could not be copied to ${to}: ${cause instanceof Error ? cause.message : cause}`,
      {
        cause,
      },
    )
  }
}

const options = {
  'data-dir': { type: 'string' },
  to: { type: 'string' },
  'recordings-to': { type: 'string' },
  'agents-to': { type: 'string' },
} as const

function read(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): {
  readonly dataDir: string
  readonly to: string
  readonly recordingsTo: string | undefined
  readonly agentsTo: string | undefined
} {
  let values: { readonly [name in keyof typeof options]?: string }
  try {
    values = parseArgs({ args: [...args], options }).values
  } catch (error) {
    throw new ConfigError(`${error instanceof Error ? error.message : error}\nTry: fairlead server backup --help`, {
      cause: error,
    })
  }
  if (values.to === undefined) throw new ConfigError('Say where the copy is to go: --to FILE')
  return {
    dataDir: resolve(values['data-dir'] ?? environment['FAIRLEAD_DATA_DIR'] ?? './fairlead-data'),
    to: resolve(values.to),
    recordingsTo: values['recordings-to'] === undefined ? undefined : resolve(values['recordings-to']),
    agentsTo: values['agents-to'] === undefined ? undefined : resolve(values['agents-to']),
  }
}
