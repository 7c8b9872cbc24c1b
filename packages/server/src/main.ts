import { randomBytes } from 'node:crypto'
import { backup, backupHelp } from './backup.ts'
import { startServer } from './compose.ts'
import { ConfigError, readConfig } from './config.ts'
import { createLog } from './events/log.ts'
import { explainStartFailure } from './start-failure.ts'
import { systemClock } from './system-clock.ts'

const help = `Usage: fairlead server [options]

The control plane: everything that AWS Systems Manager's clients and agents ask for, on one port.

  --data-dir DIR            where everything is kept                 (./fairlead-data)
  --listen URL              may be given several times               (http://127.0.0.1:7070, https://127.0.0.1:7443)
  --public-url URL          how nodes and people reach this server   (the first https address)
  --region REGION                                                    (us-east-1)
  --account-id ID           twelve digits                            (123456789012)
  --allow-plaintext         http:// on addresses other than loopback
  --aws-hostnames           answer under AWS's own host names too, through a CONNECT proxy; --listen proxy://HOST:PORT
                            is that proxy alone, for other machines (docs/aws-hostnames.md)
  --recordings on|off       record what shells and commands show     (on)
  --record-input            and what people type, passwords included
  --log-level LEVEL         debug, info, warn, error or silent       (info)
  --max-connections N       more are told to come back later         (20000)
  --max-pending-invocations N
                            a command that would let more wait for   (1000000)
                            their nodes is not run
  --history-days N          how long ended commands and sessions,    (30)
                            their output, recordings and the audit are kept
  --config FILE             a YAML file with the same keys           (./fairlead.yaml)

Every option is also an environment variable: --data-dir is FAIRLEAD_DATA_DIR.
A copy of the database while the server runs: fairlead server backup --help.

  fairlead server --data-dir /var/lib/fairlead --listen https://0.0.0.0:7443
  AWS_SHARED_CREDENTIALS_FILE=/var/lib/fairlead/credentials \\
    aws --endpoint-url http://127.0.0.1:7070 --region us-east-1 ssm describe-instance-information
`

/** How long a stop waits for requests that run before it ends them. */
const patienceMs = 10_000

/** `fairlead server`: runs until it is told to stop. Answers the exit code. */
export async function main(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const wantsBackup = args[0] === 'backup'
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(wantsBackup ? backupHelp : help)
    return 0
  }
  try {
    if (wantsBackup) {
      process.stdout.write(await backup(args.slice(1), environment))
      return 0
    }
    const config = readConfig(args, environment)
    const log = createLog(config.logLevel)
    const server = await startServer(config, {
      clock: systemClock,
      randomBytes: (length) => randomBytes(length),
      log,
    })
    for (const url of server.urls) process.stdout.write(`fairlead server: ready on ${url}\n`)
    for (const url of server.proxyUrls) process.stdout.write(`fairlead server: AWS's host names by the proxy ${url}\n`)
    const failure = await Promise.race([untilTold(), server.failure])
    // A writer that died leaves nothing that could be trusted to write again: whoever watches over us starts anew.
    if (failure !== undefined) log.error({ err: failure }, 'the server cannot go on and ends; start it again')
    else log.info({}, 'stopping')
    await server.stop(patienceMs)
    return failure === undefined ? 0 : 1
  } catch (error) {
    if (error instanceof ConfigError) {
      process.stderr.write(`fairlead server: ${error.message}\n`)
      return 2
    }
    process.stderr.write(`fairlead server: ${explainStartFailure(error)}\n`)
    return 1
  }
}

function untilTold(): Promise<undefined> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve(undefined))
    process.once('SIGINT', () => resolve(undefined))
  })
}
