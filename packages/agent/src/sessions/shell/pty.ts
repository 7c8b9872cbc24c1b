import { readSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import type { Clock } from '../../clock.ts'
import { PtyInput } from './pty-input.ts'
import { loadPtyNative } from './pty-native.ts'
import type { RunAs } from './run-as.ts'
import { withGroupsOf } from './run-as.ts'

export interface PtyStart {
  readonly program: string
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly directory: string
  /** Undefined: as the agent itself. */
  readonly runAs: RunAs | undefined
}

export interface PtyEvents {
  onOutput(bytes: Uint8Array): void
  /** Some of the input that waited was written. */
  onInputTaken(): void
  /** The program has ended and its last output was given to `onOutput`. */
  onEnd(code: number, signal: number): void
}

/** A program on a pseudoterminal. */
export interface Pty {
  readonly pid: number
  readonly input: PtyInput
  resize(columns: number, rows: number): void
  /** Leaves output in the terminal, which stops a program that goes on writing. */
  pause(): void
  resume(): void
  /** Hangs up, kills a program that is deaf to it, and resolves when it is gone. */
  kill(): Promise<void>
}

// What node-pty and xterm begin with.
const [columnsAtFirst, rowsAtFirst] = [80, 24]
// A background process may keep the terminal open after the shell has ended; this long without output is the end.
const lastWordMs = 200
const hangupMs = 1_000
const pollMs = 20
const [screenBytes, pieceBytes, muchBytes] = [65_536, 4096, 256]

/** Starts a program on a new pseudoterminal. Throws when it cannot be. */
export function startPty(start: PtyStart, events: PtyEvents, clock: Clock): Pty {
  const { native, helper } = loadPtyNative()
  const { program, args, directory, runAs } = start
  const environment = Object.entries(start.environment).map(([name, value]) => `${name}=${value}`)
  const [uid, gid] = [runAs?.uid ?? -1, runAs?.gid ?? -1]
  let exit: { readonly code: number; readonly signal: number } | undefined
  let isClosed = false
  let isPaused = false
  let hasEnded = false
  let heard = false
  const onExit = (code: number, signal: number) => {
    exit = { code, signal }
    if (isClosed) end()
    else awaitLastWord()
  }
  const { fd, pid } = withGroupsOf(runAs, () =>
    native.fork(program, args, environment, directory, columnsAtFirst, rowsAtFirst, uid, gid, true, helper, onExit),
  )
  const screen = openScreen(fd, (bytes) => {
    heard = true
    events.onOutput(bytes)
    // Terminals deliver 4 KiB at a time, whatever is there: the rest is fetched without a turn of the event loop for each.
    // After the echo of a key nothing is there, and to be told so is dear: it is an exception.
    for (let last: Uint8Array | undefined = bytes; !isPaused && last !== undefined && last.length >= muchBytes; ) {
      last = readMore(fd)
      if (last !== undefined) events.onOutput(last)
    }
  })
  const input = new PtyInput(fd, clock.after, () => events.onInputTaken())

  const end = () => {
    if (hasEnded || exit === undefined) return
    hasEnded = true
    events.onEnd(exit.code, exit.signal)
  }
  const awaitLastWord = () => {
    heard = false
    clock.after(lastWordMs, () => {
      if (isClosed) return
      if (heard || isPaused) awaitLastWord()
      else screen.destroy()
    })
  }
  // EIO is how Linux says that nobody has the terminal open any more.
  screen.on('error', () => screen.destroy())
  screen.on('close', () => {
    isClosed = true
    input.close()
    end()
  })

  return {
    pid,
    input,
    resize(columns, rows) {
      if (!isClosed && columns > 0 && rows > 0) native.resize(fd, columns, rows)
    },
    pause() {
      isPaused = true
      screen.pause()
    },
    resume() {
      isPaused = false
      screen.resume()
    },
    async kill() {
      signalGroup(pid, 'SIGHUP')
      screen.destroy()
      for (let waited = 0; exit === undefined && waited < 2 * hangupMs; waited += pollMs) {
        if (waited === hangupMs) signalGroup(pid, 'SIGKILL')
        await new Promise<void>((resolve) => clock.after(pollMs, resolve))
      }
    },
  }
}

/** Bytes are passed on as they are read: a stream with a buffer would lose what is in it when the program's end is noticed. */
function openScreen(file: number, onBytes: (bytes: Uint8Array) => void): ReadStream {
  const buffer = Buffer.alloc(screenBytes)
  const callback = (count: number) => {
    onBytes(Buffer.from(buffer.subarray(0, count)))
    return true
  }
  return new ReadStream(file, { onread: { buffer, callback } }).resume()
}

function readMore(file: number): Uint8Array | undefined {
  const bytes = Buffer.allocUnsafe(pieceBytes)
  try {
    const count = readSync(file, bytes)
    return count === 0 ? undefined : bytes.subarray(0, count)
  } catch {
    // Nothing there now, or nobody any more: the stream will tell which.
    return undefined
  }
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal)
  } catch {
    // It has ended by itself.
  }
}
