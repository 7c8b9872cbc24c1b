import { lookup } from 'node:dns/promises'
import { connect, type Socket } from 'node:net'
import type { Clock } from '../../clock.ts'
import { isDeniedAddress } from './denied-addresses.ts'

/** What a port session leads to. */
export interface Target {
  /** A name or an address, as the node knows it. */
  readonly host: string
  readonly port: number
}

/** The target cannot be reached. The text is for whoever started the session. */
export class DialError extends Error {
  override readonly name: string = 'DialError'
}

/** The target must not be reached. */
export class DeniedError extends DialError {
  override readonly name = 'DeniedError'
}

/** How long a target is waited for, and until when. */
export interface Patience {
  readonly clock: Pick<Clock, 'after'>
  /** Gives up what is being dialled, and cuts what it came to. */
  readonly signal: AbortSignal
}

const connectMs = 15_000

/**
 * The addresses of a target, none of them denied. Throws DialError. What is dialled is what was checked: a name is not
 * resolved a second time.
 */
export async function addressesOf({ host }: Target): Promise<readonly string[]> {
  let found: readonly { readonly address: string }[]
  try {
    found = await lookup(host, { all: true })
  } catch (cause) {
    throw new DialError(`The node does not know the host ${host}.`, { cause })
  }
  const denied = found.find(({ address }) => isDeniedAddress(address))
  // The words are those of Amazon's agent.
  if (denied !== undefined) throw new DeniedError(`Forwarding to IP address ${denied.address} is forbidden.`)
  return found.map(({ address }) => address)
}

/** Connects to the first address that answers, each within 15 seconds. The socket may be half open. Throws DialError. */
export async function dial(target: Target, patience: Patience): Promise<Socket> {
  let last: unknown
  for (const address of await addressesOf(target)) {
    try {
      return await connectTo(address, target.port, patience)
    } catch (error) {
      last = error
      if (patience.signal.aborted) break
    }
  }
  throw new DialError(`The node could not connect to port ${target.port} of ${target.host}`, { cause: last })
}

function connectTo(host: string, port: number, { clock, signal }: Patience): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true, signal })
    const callOff = clock.after(connectMs, () => socket.destroy(new Error('no answer')))
    const failed = (error: Error) => {
      callOff()
      reject(error)
    }
    socket.once('error', failed)
    socket.once('connect', () => {
      callOff()
      socket.off('error', failed)
      resolve(socket)
    })
  })
}
