import { lookup } from 'node:dns/promises'
import { connect, type Socket } from 'node:net'
import { reasonOf } from '../../log.ts'
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

/** Connects to the first address that answers. The socket may be half open. Throws DialError. */
export async function dial(target: Target): Promise<Socket> {
  let last: unknown
  for (const address of await addressesOf(target)) {
    try {
      return await connectTo(address, target.port)
    } catch (error) {
      last = error
    }
  }
  throw new DialError(`The node could not connect to port ${target.port} of ${target.host}: ${reasonOf(last)}`, {
    cause: last,
  })
}

function connectTo(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true })
    socket.setTimeout(connectMs, () => socket.destroy(new Error('no answer')))
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.setTimeout(0)
      socket.removeAllListeners('timeout').off('error', reject)
      resolve(socket)
    })
  })
}
