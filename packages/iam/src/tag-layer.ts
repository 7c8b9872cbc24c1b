import type { ContextValue, KeyLayer } from './context.ts'

/**
 * The keys of a resource's tags, `aws:ResourceTag/Owner` and the like; read when a policy asks, since policies ask
 * for few of the tags that a fleet has. Tags whose names differ only by case are one key with `oneOf` their values.
 *
 * @param prefixes what stands before a tag's name, in lower case and with the slash: `aws:resourcetag/`
 */
export function tagLayer(tags: Readonly<Record<string, string>>, prefixes: readonly string[]): KeyLayer {
  return new TagLayer(tags, prefixes)
}

class TagLayer implements KeyLayer {
  readonly #tags: Readonly<Record<string, string>>
  readonly #prefixes: readonly string[]
  #names: readonly string[] | undefined
  #lowered: readonly string[] = []

  constructor(tags: Readonly<Record<string, string>>, prefixes: readonly string[]) {
    this.#tags = tags
    this.#prefixes = prefixes
  }

  get(key: string): ContextValue | undefined {
    for (const prefix of this.#prefixes) if (key.startsWith(prefix)) return this.#valueOf(key, prefix.length)
    return undefined
  }

  /** The tag that is named by what follows in `key`. */
  #valueOf(key: string, start: number): ContextValue | undefined {
    if (this.#names === undefined) {
      this.#names = Object.keys(this.#tags)
      this.#lowered = this.#names.map((name) => name.toLowerCase())
    }
    let found: string | undefined
    let all: string[] | undefined
    for (let at = 0; at < this.#lowered.length; at++) {
      const name = this.#lowered[at] ?? ''
      if (name.length !== key.length - start || !key.endsWith(name)) continue
      const value = this.#tags[this.#names[at] ?? '']
      if (value === undefined) continue
      if (found === undefined) found = value
      else all = [...(all ?? [found]), value]
    }
    return all === undefined ? found : { oneOf: all }
  }
}
