/** Of the API, for the values of one filter or target. */
const mostValues = 50

/** Values in as many parts as the API needs requests for them. */
export function valueBatches(values: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(values.length / mostValues)
  return Array.from({ length: count }, (_, index) => values.slice(index * mostValues, (index + 1) * mostValues))
}
