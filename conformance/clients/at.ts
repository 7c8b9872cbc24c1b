/** What is at a path of a JSON answer: `at(answer, 'Commands', 0, 'Status')`. Undefined when there is nothing. */
export function at(answer: unknown, ...path: readonly (string | number)[]): unknown {
  let value = answer
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, step)
  }
  return value
}

/** As `at`, for a text that must be there. */
export function textAt(answer: unknown, ...path: readonly (string | number)[]): string {
  const value = at(answer, ...path)
  if (typeof value !== 'string') throw new Error(`no text at ${path.join('.')} of ${JSON.stringify(answer)}`)
  return value
}
