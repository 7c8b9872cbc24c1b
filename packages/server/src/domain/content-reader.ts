import { ServiceError } from './error.ts'

/** What a text must be. */
export interface TextRule {
  readonly max: number
  /** Must match the whole text; one of our own, linear in time. */
  readonly pattern?: RegExp
  /** Says the rule in words: `must be …`. */
  readonly rule?: string
}

/** A value that names a parameter, `{{ name }}`, is judged when it is known. */
export const placeholder = /\{\{\s*[A-Za-z0-9_.:/-]{1,255}\s*\}\}/

/**
 * Reads one object of a document. Whatever is wrong is InvalidDocumentContent, and says where.
 */
export class ContentReader {
  readonly #members: Readonly<Record<string, unknown>>
  readonly #path: string
  readonly #isTemplate: boolean

  /**
   * @param path names the object in messages, empty for the whole document
   * @param isTemplate whether placeholders may stand for what is not known yet
   */
  constructor(value: unknown, path: string, isTemplate: boolean) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fault(path, 'must be an object')
    this.#members = value as Readonly<Record<string, unknown>>
    this.#path = path
    this.#isTemplate = isTemplate
  }

  get keys(): readonly string[] {
    return Object.keys(this.#members)
  }

  /** Refuses members of other names. */
  refuseOthers(known: readonly string[]): void {
    const other = this.keys.find((key) => !known.includes(key))
    if (other !== undefined) throw fault(this.#at(other), `is not known: use ${known.join(', ')}`)
  }

  has(key: string): boolean {
    const value = this.value(key)
    return value !== undefined && value !== null
  }

  value(key: string): unknown {
    return Object.hasOwn(this.#members, key) ? this.#members[key] : undefined
  }

  object(key: string): ContentReader {
    return new ContentReader(this.value(key), this.#at(key), this.#isTemplate)
  }

  requiredText(key: string, rule: TextRule): string {
    if (!this.has(key)) throw fault(this.#at(key), 'is required')
    return this.text(key, rule)
  }

  /** Empty when it is absent: session documents write "" for what they leave out. */
  text(key: string, { max, pattern, rule }: TextRule): string {
    const value = this.value(key) ?? ''
    if (typeof value !== 'string') throw fault(this.#at(key), `must be text${rule ? `: ${rule}` : ''}`)
    if (value.length > max) throw fault(this.#at(key), `must not be longer than ${max} characters`)
    if (value === '' || (this.#isTemplate && placeholder.test(value))) return value
    if (pattern && !pattern.test(value)) throw fault(this.#at(key), rule ?? `must match ${pattern.source}`)
    return value
  }

  choice<Choice extends string>(key: string, choices: readonly Choice[]): Choice {
    const value = this.value(key)
    const found = choices.find((choice) => choice === value)
    if (found === undefined) throw fault(this.#at(key), `must be one of ${choices.join(', ')}`)
    return found
  }

  /** Agents take the text for the value, and "" for false, in some places only. */
  flag(key: string, takesText: boolean): boolean {
    const value = this.value(key) ?? false
    if (typeof value === 'boolean') return value
    if (takesText && (value === 'true' || value === 'false' || value === '')) return value === 'true'
    if (this.#isTemplate && typeof value === 'string' && placeholder.test(value)) return false
    throw fault(this.#at(key), 'must be true or false')
  }

  whole(key: string, least: number, most: number): number | undefined {
    const value = this.value(key)
    if (value === undefined) return undefined
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
    throw fault(this.#at(key), `must be a whole number from ${least} to ${most}`)
  }

  texts(key: string, most: number, max: number): readonly string[] | undefined {
    const value = this.value(key)
    if (value === undefined) return undefined
    if (Array.isArray(value) && value.length <= most && value.every((item) => isText(item, max))) return value
    throw fault(this.#at(key), `must be a list of at most ${most} texts of ${max} characters`)
  }

  /** @param key empty for the object itself */
  fault(key: string, rule: string): ServiceError {
    return fault(this.#at(key), rule)
  }

  #at(key: string): string {
    return this.#path === '' || key === '' ? this.#path + key : `${this.#path}.${key}`
  }
}

function isText(value: unknown, max: number): value is string {
  return typeof value === 'string' && value.length <= max
}

function fault(path: string, rule: string): ServiceError {
  // A key is the author's: it may be of any length.
  const where = path === '' ? 'the document' : path.slice(0, 200)
  return new ServiceError('InvalidDocumentContent', `Document content is not valid: ${where} ${rule}.`)
}
