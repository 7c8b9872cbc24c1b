import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { type PayloadType, payloadTypes } from '@fairlead/wire/session-message'
import type { Clock } from '../../clock.ts'
import type { RunAs } from '../shell/run-as.ts'
import { OutputBatch } from '../stream/output-batch.ts'
import { failure, type Outlet, type SessionWork, success } from '../stream/session-work.ts'
import { splitWords } from './words.ts'

export interface CommandStart {
  readonly command: string
  /** Standard error and the exit code apart from standard output, each with its prefix; undefined for all in one. */
  readonly separate: { readonly stdoutPrefix: string; readonly stderrPrefix: string } | undefined
  readonly runAs: RunAs | undefined
  readonly environment: Readonly<Record<string, string>>
  readonly directory: string
}

const [interrupt, quit] = [0x03, 0x1c]
const lastWordMs = 200

/** A command without a terminal and without input. Throws WordsError when its line cannot be taken apart. */
export function startCommand(start: CommandStart, outlet: Outlet, clock: Clock): SessionWork {
  const [program, ...args] = asUser(start.runAs, splitWords(start.command))
  if (program === undefined) throw new Error('The session document has an empty command.')
  const child = spawn(program, args, {
    cwd: start.directory,
    env: start.environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { separate } = start
  const out = new OutputBatch(clock.after, (bytes) => outlet.write(payloadTypes.output, bytes))
  const err =
    separate === undefined
      ? out
      : new OutputBatch(clock.after, (bytes) => outlet.write(payloadTypes.standardError, bytes))
  child.stdout.on('data', prefixed(out, separate?.stdoutPrefix ?? ''))
  child.stderr.on('data', prefixed(err, separate?.stderrPrefix ?? ''))

  child.once('error', (error) => outlet.end(failure(`The command could not be started: ${error.message}`)))
  let isPaused = false
  onLastWord(
    child,
    clock,
    () => isPaused,
    (code) => {
      for (const batch of new Set([out, err])) batch.flush()
      if (separate !== undefined) outlet.write(payloadTypes.exitCode, Buffer.from(`EXIT_CODE: ${code}`))
      outlet.end(success)
    },
  )
  return {
    backlog: 0,
    takeInput(payloadType: PayloadType, payload: Uint8Array) {
      if (payloadType !== payloadTypes.output) return
      for (const byte of payload) {
        if (byte === interrupt) signalGroup(child, 'SIGINT')
        if (byte === quit) signalGroup(child, 'SIGQUIT')
      }
    },
    setFlow(mayWrite) {
      isPaused = !mayWrite
      for (const stream of [child.stdout, child.stderr]) mayWrite ? stream.resume() : stream.pause()
    },
    async stop() {
      signalGroup(child, 'SIGKILL')
    },
  }
}

// spawn() itself would leave a user without the further groups that it is in.
function asUser(user: RunAs | undefined, words: readonly string[]): readonly string[] {
  if (user === undefined || words.length === 0) return words
  return ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--init-groups', '--', ...words]
}

/** Each stream begins with its prefix, if it has anything to say. */
function prefixed(batch: OutputBatch, prefix: string): (bytes: Uint8Array) => void {
  let isFirst = prefix !== ''
  return (bytes) => {
    if (isFirst) batch.add(Buffer.from(prefix))
    isFirst = false
    batch.add(bytes)
  }
}

/** When the command has ended and its streams are read; a background process may hold them open, and is not waited for. */
function onLastWord(child: ChildProcess, clock: Clock, isPaused: () => boolean, act: (code: number) => void): void {
  let hasEnded = false
  let heard = false
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', () => {
      heard = true
    })
  }
  const end = () => {
    if (hasEnded || child.pid === undefined) return
    hasEnded = true
    act(child.exitCode ?? 128 + (child.signalCode === null ? 0 : constants.signals[child.signalCode]))
  }
  const awaitLastWord = () => {
    heard = false
    clock.after(lastWordMs, () => {
      if (hasEnded) return
      if (heard || isPaused()) awaitLastWord()
      else end()
    })
  }
  child.once('close', end)
  child.once('exit', awaitLastWord)
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal)
  } catch {
    // It has ended by itself.
  }
}
