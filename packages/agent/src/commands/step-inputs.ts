import type { PlannedStep } from './document.ts'

const defaultTimeoutSeconds = 3600

/** How long a step may run. What is no number from 5 to 172,800 means an hour, as in Amazon's agent. */
export function timeoutSeconds(inputs: PlannedStep['inputs']): number {
  const given = inputs['timeoutSeconds']
  const seconds = Math.trunc(typeof given === 'string' ? Number.parseFloat(given) : Number(given))
  return seconds >= 5 && seconds <= 172_800 ? seconds : defaultTimeoutSeconds
}

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
