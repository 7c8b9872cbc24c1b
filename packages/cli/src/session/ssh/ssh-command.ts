import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { CliError } from '../../cli-error.ts'
import type { Surroundings } from '../../surroundings.ts'
import { type SessionOptions, startAndRun, targetOf } from '../session-commands.ts'
import { readDestination, sshDestination } from './ssh-destination.ts'
import { sshWords } from './ssh-words.ts'

export interface SshOptions extends SessionOptions {
  readonly port: number
  readonly proxy?: boolean
}

const entry = fileURLToPath(new URL('../../../../../bin/fairlead.mjs', import.meta.url))

/**
 * `fairlead ssh`: the machine's own ssh, with a session for its connection. Answers its exit status. With `--proxy` it is that
 * connection, on standard input and output. Throws CliError.
 */
export async function sshCommand(
  text: string,
  args: readonly string[],
  options: SshOptions,
  surroundings: Surroundings,
): Promise<number> {
  const written = readDestination(text)
  const Target = await targetOf(written.node, options, surroundings)
  const { port, proxy = false, dataDir, reason } = options
  if (proxy) {
    const start = { DocumentName: 'AWS-StartSSHSession', Parameters: { portNumber: [String(port)] } }
    return await startAndRun({ Target, ...start }, options, surroundings)
  }
  const passedOn = [
    ...(dataDir === undefined ? [] : ['--data-dir', dataDir]),
    ...(reason === undefined ? [] : ['--reason', reason]),
  ]
  const program = [process.execPath, entry]
  const destination = sshDestination(written, Target)
  return await runSsh(sshWords({ destination, port, program, options: passedOn, args }), surroundings)
}

function runSsh(words: readonly string[], { environment }: Surroundings): Promise<number> {
  // They are for ssh, which gets them too; without this we would be gone before it.
  const ignore = () => undefined
  const signals = ['SIGINT', 'SIGQUIT'] as const
  for (const signal of signals) process.on(signal, ignore)
  return new Promise<number>((resolve, reject) => {
    const child = spawn('ssh', words, { stdio: 'inherit', env: { ...environment } })
    child.once('error', (cause) =>
      reject(new CliError('OpenSSH’s ssh could not be started: is it installed?', { cause })),
    )
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  }).finally(() => {
    for (const signal of signals) process.off(signal, ignore)
  })
}
