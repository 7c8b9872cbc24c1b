import type { PolicyDocument } from './document.ts'
import { readTemplate, writtenVariables } from './template.ts'

/** The condition keys that a policy asks for in its conditions and variables, as written; each once, whatever its case. */
export function contextKeysOf({ version, statements }: PolicyDocument): readonly string[] {
  const found = new Map<string, string>()
  const add = (key: string): void => {
    if (!found.has(key.toLowerCase())) found.set(key.toLowerCase(), key)
  }
  const addVariables = (texts: readonly string[]): void => {
    for (const text of version === '2012-10-17' ? texts : []) {
      for (const key of writtenVariables(readTemplate(text, { wildcards: false, variables: true }))) add(key)
    }
  }
  for (const { conditions, resource } of statements) {
    for (const { key, values } of conditions) {
      add(key)
      addVariables(values)
    }
    addVariables(resource?.patterns ?? [])
  }
  return [...found.values()]
}
