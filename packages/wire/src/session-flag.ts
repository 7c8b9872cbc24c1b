import { MessageError } from './message-members.ts'

/** What the ends of a port session tell each other besides the bytes. */
export const sessionFlags = {
  /** Of a client without multiplexing: its TCP connection has ended, another may follow. */
  disconnectToPort: 1,
  /** Of a client: it is over. */
  terminateSession: 2,
  /** Of an agent, to multiplexing clients only (others take it for data): the port could not be reached. */
  connectToPortError: 3,
} as const

export type SessionFlag = (typeof sessionFlags)[keyof typeof sessionFlags]

/** A flag as four bytes, big-endian. */
export function encodeFlag(flag: SessionFlag): Uint8Array {
  return new Uint8Array([0, 0, 0, flag])
}

/** Undefined for flags that nobody knows; throws MessageError when it isn't a flag at all. */
export function decodeFlag(payload: Uint8Array): SessionFlag | undefined {
  if (payload.length !== 4) throw new MessageError(`a flag has 4 bytes, not ${payload.length}`)
  const word = new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint32(0)
  return Object.values(sessionFlags).find((flag) => flag === word)
}
