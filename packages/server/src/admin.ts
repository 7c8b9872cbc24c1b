import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { agentCommandHelp, agentCommandOf } from './agent-commands.ts'
import { ConfigError, readConfig } from './config.ts'
import { resetRootKey } from './installation.ts'
import { explainStartFailure } from './start-failure.ts'
import { openStore } from './store/open-store.ts'
import { systemClock } from './system-clock.ts'

const help = `Usage: fairlead admin COMMAND [--data-dir DIR] [--account-id ID] [--config FILE]

For whoever has the machine that the server runs on.

${agentCommandHelp}
  reset-root-key   makes a new root key and writes it to DIR/credentials; every root key from before is refused from
                   then on, and so is every session that one began. Users, roles, policies, nodes and everything else
                   stay as they are.

For reset-root-key stop the server first: its data directory is for one process at a time. Options and FAIRLEAD_… variables are those
of fairlead server (--data-dir, --account-id, --config, FAIRLEAD_MASTER_KEY), so give it what the server gets.

  systemctl stop fairlead
  fairlead admin reset-root-key --data-dir /var/lib/fairlead
  systemctl start fairlead
  AWS_SHARED_CREDENTIALS_FILE=/var/lib/fairlead/credentials aws sts get-caller-identity

With a root key that still works there is no need to: make a second one and delete the first. DIR/credentials follows.

  aws iam create-access-key
  aws iam delete-access-key --access-key-id AKIA…
`

/** What a command writes to. */
export interface AdminOutput {
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
}

/** `fairlead admin`: what needs the machine and no credentials. Answers the exit code. */
export async function main(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  { stdout, stderr }: AdminOutput = process,
): Promise<number> {
  const [word, ...rest] = args
  if (word === undefined || word === 'help' || args.includes('--help') || args.includes('-h')) {
    stdout.write(help)
    return 0
  }
  try {
    const agentCommand = agentCommandOf(word)
    if (agentCommand !== undefined) {
      stdout.write(await agentCommand(rest, environment))
      return 0
    }
    if (word !== 'reset-root-key') throw new ConfigError(`There is no ${word}. Try: fairlead admin --help`)
    const { dataDir, accessKeyId } = await reset(rest, environment)
    stdout.write(
      `The root key is now ${accessKeyId}, in ${join(dataDir, 'credentials')}. No other root key is valid.\n`,
    )
    return 0
  } catch (error) {
    if (error instanceof ConfigError) {
      stderr.write(`fairlead admin: ${error.message}\n`)
      return 2
    }
    stderr.write(`fairlead admin: ${explainStartFailure(error)}\n`)
    return 1
  }
}

async function reset(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly dataDir: string; readonly accessKeyId: string }> {
  const { dataDir, masterKey, accountId: account, region } = readConfig(args, environment)
  const database = join(dataDir, 'fairlead.db')
  if (!existsSync(database)) {
    throw new ConfigError(`There is no ${database}. Name the data directory of a server with --data-dir.`)
  }
  const now = () => systemClock.now()
  const opened = await openStore({
    dataDir,
    masterKey,
    scope: { account, region },
    now,
    randomBytes: (length) => randomBytes(length),
    announce: () => {},
  })
  try {
    const randomHex = (bytes: number) => randomBytes(bytes).toString('hex')
    return { dataDir, accessKeyId: await resetRootKey({ dataDir, store: opened.store, now, randomHex }) }
  } finally {
    await opened.database.close()
  }
}
