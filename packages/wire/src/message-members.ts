/** A message whose JSON isn't what the protocol says. The text names the member, never its value. */
export class MessageError extends Error {
  override readonly name = 'MessageError'
}

export type Members = Readonly<Record<string, unknown>>

const utf8 = new TextEncoder()
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The payload of a frame for a JSON value. */
export function writePayload(value: Members): Uint8Array {
  return utf8.encode(JSON.stringify(value))
}

/** The JSON object in a frame's payload, of at most `most` bytes. */
export function readPayload(payload: Uint8Array, most: number): Members {
  if (payload.length > most) throw new MessageError(`a message of ${payload.length} bytes is too long`)
  let text: string
  try {
    text = strictUtf8.decode(payload)
  } catch (cause) {
    throw new MessageError('a message must be UTF-8', { cause })
  }
  return readObject(text, most)
}

/** The JSON object in a text of at most `most` characters. */
export function readObject(text: string, most: number): Members {
  if (text.length > most) throw new MessageError(`a message of ${text.length} characters is too long`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new MessageError('a message must be JSON', { cause })
  }
  return asObject(value, 'a message')
}

export function asObject(value: unknown, what: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new MessageError(`${what} must be an object`)
  return value as Members // just seen to be a JSON object
}

/** A text that must be there, of 1 to `most` characters. */
export function readText(members: Members, name: string, most: number): string {
  const text = readOptionalText(members, name, most)
  if (text === '') throw new MessageError(`${name} must not be empty`)
  return text
}

/** A text of at most `most` characters; empty when it is null or not there. */
export function readOptionalText(members: Members, name: string, most: number): string {
  const text = members[name] ?? ''
  if (typeof text !== 'string') throw new MessageError(`${name} must be a string`)
  if (text.length > most) throw new MessageError(`${name} must not be longer than ${most} characters`)
  return text
}

/** A 32-bit whole number; `absent` when it is null or not there. */
export function readInteger(members: Members, name: string, absent: number): number {
  const value = members[name] ?? absent
  if (typeof value !== 'number' || (value | 0) !== value) throw new MessageError(`${name} must be an integer`)
  return value
}

/** A whole number from 0 on that must be there: a place in a sequence, a count, a span of time. */
export function readPosition(members: Members, name: string): number {
  const value = members[name]
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new MessageError(`${name} must be a whole number from 0 on`)
  return value
}

/** A list of at most `most`; empty when it is null or not there. */
export function readList(members: Members, name: string, most: number): readonly unknown[] {
  const list = members[name] ?? []
  if (!Array.isArray(list)) throw new MessageError(`${name} must be a list`)
  if (list.length > most) throw new MessageError(`${name} must not have more than ${most} members`)
  return list
}

/** A boolean, which older documents write as text; false when it is empty, null or not there. */
export function readSwitch(members: Members, name: string): boolean {
  const value = members[name] ?? ''
  if (value === true || value === 'true' || value === 'True') return true
  if (value === false || value === 'false' || value === 'False' || value === '') return false
  throw new MessageError(`${name} must be true or false`)
}

// Outside of these years clients in Python have no date, and cannot read the list that it is in.
const [earliest, latest] = [Date.parse('0001-01-02T00:00:00Z'), Date.parse('9999-12-31T00:00:00Z')]

/** Instants as agents write them; undefined when empty, not there, out of the years that clients know, or Go's zero time. */
export function readInstant(members: Members, name: string): Date | undefined {
  const text = readOptionalText(members, name, 40)
  if (text === '' || text.startsWith('0001-01-01')) return undefined
  const instant = new Date(/^\d{4}-\d{2}-\d{2}T[\d:.]{8,18}(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? text : Number.NaN)
  if (Number.isNaN(instant.getTime())) throw new MessageError(`${name} must be an instant`)
  return instant.getTime() >= earliest && instant.getTime() <= latest ? instant : undefined
}

export function readChoice<Choice extends string>(members: Members, name: string, choices: readonly Choice[]): Choice {
  const text = members[name]
  const choice = choices.find((one) => one === text)
  if (choice === undefined) throw new MessageError(`${name} must be one of ${choices.join(', ')}`)
  return choice
}
