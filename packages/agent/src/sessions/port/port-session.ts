import { type HandshakeResponse, MessageError } from '@fairlead/wire/session-message'
import type { Clock } from '../../clock.ts'
import { isVersionAtLeast } from '../stream/client-version.ts'
import type { Outlet, SessionWork } from '../stream/session-work.ts'
import { startBasicPort } from './basic-port.ts'
import type { Target } from './dial.ts'
import { startMuxPort } from './mux-port.ts'

// Amazon's plugin multiplexes from this version on.
const firstWithMux = '1.1.70'

/** Starts a port session once its handshake is done. Throws MessageError when the document does not say where it leads. */
export function startPort(
  properties: Readonly<Record<string, unknown>>,
  { clientVersion }: HandshakeResponse,
  outlet: Outlet,
  clock: Clock,
): SessionWork {
  const target = targetOf(properties)
  // Without a type it is SSH or something like it: one connection, over when the other side ends it.
  if (properties['type'] !== 'LocalPortForwarding') return startBasicPort(target, { isSingle: true }, outlet, clock)
  if (isVersionAtLeast(clientVersion, firstWithMux)) return startMuxPort(target, outlet, clock)
  return startBasicPort(target, { isSingle: false }, outlet, clock)
}

/** Throws MessageError. */
export function targetOf({ host, portNumber }: Readonly<Record<string, unknown>>): Target {
  const port = /^\d{1,5}$/.test(String(portNumber)) ? Number(portNumber) : 0
  if (port < 1 || port > 65_535) throw new MessageError('portNumber must be a port')
  if (host !== undefined && (typeof host !== 'string' || host.length > 255))
    throw new MessageError('host must be a name')
  return { host: host === undefined || host === '' ? 'localhost' : host, port }
}
