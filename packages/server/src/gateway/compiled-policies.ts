import { type CompiledPolicy, compilePolicy, readPolicy } from '@fairlead/iam'
import type { BindingPolicy } from '../store/identity-store.ts'

/**
 * Policies as the engine wants them. What binds whom is looked up anew after every change, but a
 * version of a policy never changes, and compiling one as long as ReadOnlyAccess takes 40 ms.
 */
export class CompiledPolicies {
  readonly #limit: number
  readonly #compiled = new Map<string, CompiledPolicy>()

  constructor(limit: number) {
    this.#limit = limit
  }

  get({ key, name, arn, document }: BindingPolicy): CompiledPolicy {
    const known = this.#compiled.get(key)
    if (known !== undefined) return known
    const compiled = compilePolicy(readPolicy(document), arn === undefined ? { name } : { name, arn })
    if (this.#compiled.size >= this.#limit) this.#dropOldest()
    this.#compiled.set(key, compiled)
    return compiled
  }

  #dropOldest(): void {
    for (const key of this.#compiled.keys()) {
      this.#compiled.delete(key)
      return
    }
  }
}
