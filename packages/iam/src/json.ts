import { MalformedPolicy } from './malformed-policy.ts'

/**
 * JSON as a policy needs it read: every value knows its offset, numbers keep their digits, and an object that
 * says a key twice is refused (JSON.parse would silently keep the last, so a reviewer could be shown one
 * Condition and the engine another).
 */
export type JsonNode = JsonObject | JsonArray | JsonScalar

export interface JsonObject {
  readonly kind: 'object'
  readonly offset: number
  /** Where the text goes on after it. */
  readonly end: number
  readonly members: ReadonlyMap<string, JsonNode>
}

export interface JsonArray {
  readonly kind: 'array'
  readonly offset: number
  readonly end: number
  readonly items: readonly JsonNode[]
}

export interface JsonScalar {
  readonly kind: 'string' | 'number' | 'boolean' | 'null'
  readonly offset: number
  /** The string's value, or the literal as it was written. */
  readonly text: string
}

// A policy nests five deep: document, statement, condition, operator, values.
const deepest = 12

const numberForm = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const hexForm = /[0-9a-fA-F]{4}/y
const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

/** Reads one JSON value and nothing else. Throws MalformedPolicy with the path and offset of the fault. */
export function readJson(text: string): JsonNode {
  const reader = new JsonReader(text)
  const node = reader.value()
  reader.end()
  return node
}

/** `Statement`, `Statement[0]`, `Condition.StringEquals["aws:username"]`. */
export function join(path: string, step: string | number): string {
  if (typeof step === 'number') return `${path}[${step}]`
  if (!/^[A-Za-z]+$/.test(step)) return `${path}[${JSON.stringify(step)}]`
  return path === '' ? step : `${path}.${step}`
}

class JsonReader {
  readonly #text: string
  readonly #path: (string | number)[] = []
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  value(): JsonNode {
    this.#blank()
    const offset = this.#at
    const first = this.#text[offset]
    if (first === '{') return this.#object(offset)
    if (first === '[') return this.#array(offset)
    if (first === '"') return { kind: 'string', offset, text: this.#string() }
    for (const literal of ['true', 'false', 'null']) {
      if (!this.#text.startsWith(literal, offset)) continue
      this.#at += literal.length
      return { kind: literal === 'null' ? 'null' : 'boolean', offset, text: literal }
    }
    const digits = this.#run(numberForm)
    if (digits === undefined) this.#fail('Syntax errors in policy: a JSON value was expected.')
    return { kind: 'number', offset, text: digits }
  }

  end(): void {
    this.#blank()
    if (this.#at < this.#text.length) this.#fail('Syntax errors in policy: text after the end of the document.')
  }

  #object(offset: number): JsonObject {
    const members = new Map<string, JsonNode>()
    this.#at++
    this.#deeper()
    if (!this.#take('}')) {
      do {
        this.#blank()
        const keyAt = this.#at
        if (this.#text[keyAt] !== '"') this.#fail('Syntax errors in policy: a quoted name was expected.')
        const key = this.#string()
        this.#path.push(key)
        if (members.has(key)) this.#fail(`Syntax errors in policy: ${JSON.stringify(key)} is given twice.`, keyAt)
        if (!this.#take(':')) this.#fail('Syntax errors in policy: ":" was expected.')
        members.set(key, this.value())
        this.#path.pop()
      } while (this.#take(','))
      if (!this.#take('}')) this.#fail('Syntax errors in policy: "," or "}" was expected.')
    }
    return { kind: 'object', offset, end: this.#at, members }
  }

  #array(offset: number): JsonArray {
    const items: JsonNode[] = []
    this.#at++
    this.#deeper()
    if (!this.#take(']')) {
      do {
        this.#path.push(items.length)
        items.push(this.value())
        this.#path.pop()
      } while (this.#take(','))
      if (!this.#take(']')) this.#fail('Syntax errors in policy: "," or "]" was expected.')
    }
    return { kind: 'array', offset, end: this.#at, items }
  }

  #string(): string {
    let value = ''
    this.#at++
    for (;;) {
      value += this.#plain()
      const next = this.#text[this.#at]
      if (next === '"') break
      if (next !== '\\') this.#fail('Syntax errors in policy: a string does not end, or holds a control character.')
      value += this.#escape()
    }
    this.#at++
    return value
  }

  #plain(): string {
    const start = this.#at
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      // NaN, at the end of the text, is not greater than anything.
      if (!(code > 31) || code === 34 || code === 92) return this.#text.slice(start, this.#at)
      this.#at++
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1]
    if (letter === 'u') {
      this.#at += 2
      const hex = this.#run(hexForm)
      if (hex === undefined) this.#fail('Syntax errors in policy: four hexadecimal digits were expected.')
      return String.fromCharCode(Number.parseInt(hex, 16))
    }
    const plain = letter === undefined ? undefined : escapes.get(letter)
    if (plain === undefined) this.#fail('Syntax errors in policy: unknown escape in a string.')
    this.#at += 2
    return plain
  }

  #blank(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return
      this.#at++
    }
  }

  #take(mark: string): boolean {
    this.#blank()
    if (this.#text[this.#at] !== mark) return false
    this.#at++
    return true
  }

  #run(form: RegExp): string | undefined {
    const sticky = new RegExp(form)
    sticky.lastIndex = this.#at
    const found = sticky.exec(this.#text)?.[0]
    if (found !== undefined) this.#at += found.length
    return found
  }

  // The path is as long as the value is deep, since each level adds one step.
  #deeper(): void {
    if (this.#path.length >= deepest) this.#fail('Syntax errors in policy: nested too deep.')
  }

  #fail(message: string, offset = this.#at): never {
    throw new MalformedPolicy(message, { path: this.#path.reduce<string>(join, ''), offset })
  }
}
