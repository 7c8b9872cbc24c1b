import type { PlannedStep } from './document.ts'

export function textInput(inputs: PlannedStep['inputs'], name: string): string {
  const value = inputs[name]
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : ''
}

/** The commands of a script: a text, or a list of texts to any depth that a document can have. */
export function linesInput(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value]
  if (!Array.isArray(value)) return undefined
  const lines: string[] = []
  for (const item of value as readonly unknown[]) {
    const inner = linesInput(item)
    if (inner === undefined) return undefined
    lines.push(...inner)
  }
  return lines
}
