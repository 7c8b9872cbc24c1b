import { decodeSize, type PayloadType, payloadTypes } from '@fairlead/wire/session-message'
import type { Clock } from '../../clock.ts'
import { OutputBatch } from '../stream/output-batch.ts'
import { type Outlet, type SessionWork, success } from '../stream/session-work.ts'
import { LatestSize } from './latest-size.ts'
import { type Pty, startPty } from './pty.ts'
import type { RunAs } from './run-as.ts'

export interface ShellStart {
  /** For `sh -c`; undefined for a shell that asks. */
  readonly command: string | undefined
  /** Typed into the shell as its first line; empty for none. */
  readonly profile: string
  readonly runAs: RunAs | undefined
  readonly environment: Readonly<Record<string, string>>
  readonly directory: string
}

const utf8 = new TextEncoder()

/** A shell or a command on a terminal. Throws when it cannot be started. */
export function startShell(start: ShellStart, outlet: Outlet, clock: Clock): SessionWork {
  const batch = new OutputBatch(clock.after, (bytes) => outlet.write(payloadTypes.output, bytes))
  const { command, runAs, environment, directory } = start
  const pty: Pty = startPty(
    { program: '/bin/sh', args: command === undefined ? [] : ['-c', command], environment, directory, runAs },
    {
      onOutput: (bytes) => batch.add(bytes),
      onInputTaken: () => outlet.inputTaken(),
      onEnd: () => {
        batch.flush()
        outlet.end(success)
      },
    },
    clock,
  )
  if (start.profile !== '') pty.input.write(utf8.encode(`${start.profile.replace(/\n+$/, '')}\n`))
  const size = new LatestSize((columns, rows) => pty.resize(columns, rows))
  return {
    get backlog() {
      return pty.input.backlog
    },
    takeInput(payloadType: PayloadType, payload: Uint8Array) {
      if (payloadType === payloadTypes.size) size.set(decodeSize(payload))
      if (payloadType !== payloadTypes.output) return
      size.settle()
      pty.input.write(payload)
    },
    setFlow: (mayWrite) => (mayWrite ? pty.resume() : pty.pause()),
    stop: () => pty.kill(),
  }
}
