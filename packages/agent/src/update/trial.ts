import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import type { Clock } from '../clock.ts'
import { reasonOf } from '../log.ts'

/**
 * What passes between a version on trial and the one that watches it. It has to stay as it is: the two are of different
 * versions. The one on trial writes this line to its standard output once its control channel is open and the server has
 * taken its report; it ends when its standard input does, so that it never outlives who watches it.
 */
export const healthyLine = 'healthy\n'

export interface TrialWorld {
  readonly clock: Clock
  readonly patienceMs: number
  /** Aborted when the agent is told to stop. */
  readonly stopping: AbortSignal
  /** What the version on trial writes to its standard error. */
  tell(text: string): void
}

export interface Trial {
  /** Undefined when it could not be started. */
  readonly pid: number | undefined
  /** Why it failed; undefined when the version works. */
  readonly outcome: Promise<string | undefined>
  /** Ends the process, and resolves when it is gone. */
  end(): Promise<void>
}

/** How long a version that works may take to stop. */
const farewellMs = 10_000
const lastWordsMs = 500

/** Starts a version on trial. */
export function startTrial(
  [program = '', ...args]: readonly string[],
  environment: NodeJS.ProcessEnv,
  world: TrialWorld,
): Trial {
  try {
    const child = spawn(program, args, { env: environment, stdio: ['pipe', 'pipe', 'pipe'] })
    if (child.pid !== undefined) return watch(child, world)
    return notStarted(once(child, 'error').then(([error]) => error))
  } catch (error) {
    // Node tells some reasons so, such as too little memory, and others as an event.
    return notStarted(Promise.resolve(error))
  }
}

function notStarted(why: Promise<unknown>): Trial {
  const outcome = why.then((error) => `it could not be started: ${reasonOf(error)}`)
  return { pid: undefined, outcome, end: async () => undefined }
}

function watch(
  child: ChildProcessByStdio<Writable, Readable, Readable>,
  { clock, patienceMs, stopping, tell }: TrialWorld,
): Trial {
  const { promise: outcome, resolve: settle } = Promise.withResolvers<string | undefined>()
  const gone = Promise.withResolvers<void>()
  let said = ''
  let lastWords = ''
  child.stdin.on('error', () => undefined)
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(0, healthyLine.length)
    if (said === healthyLine) settle(undefined)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    tell(text)
    lastWords = (lastWords + text).slice(-2_000)
  })
  child.on('error', (error) => settle(`it could not be stopped: ${error.message}`))
  child.once('exit', (code, signal) => {
    const tellEnd = () => {
      const words = lastLineOf(lastWords)
      settle(`it ended by ${signal ?? `exit code ${code}`}${words === '' ? '' : `, and said: ${words}`}`)
    }
    // Its last words may come after its end, but what it has started may keep its standard error open.
    child.once('close', tellEnd)
    clock.after(lastWordsMs, tellEnd)
    gone.resolve()
  })
  const tooLate = clock.after(patienceMs, () =>
    settle(`it was not connected to the server after ${patienceMs / 1000} seconds`),
  )
  const giveUp = () => settle('the agent was told to stop')
  stopping.addEventListener('abort', giveUp, { once: true })
  if (stopping.aborted) giveUp()
  return {
    pid: child.pid,
    outcome: outcome.finally(() => {
      tooLate()
      stopping.removeEventListener('abort', giveUp)
    }),
    async end() {
      child.stdin.end()
      const failed = (await outcome) !== undefined
      const callOff = clock.after(failed ? 0 : farewellMs, () => child.kill('SIGKILL'))
      await gone.promise
      callOff()
    },
  }
}

function lastLineOf(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.slice(0, 500) ?? ''
}
