import { readJson } from './json.ts'

/** A place of a text as people count: both from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Where a statement begins and ends, as the policy simulator of AWS tells it. */
export interface StatementSpan {
  readonly start: Position
  readonly end: Position
}

/**
 * The places of a policy's statements, in their order. A statement begins right behind the mark that opens it, which
 * is the `[` or `,` of a list and the `{` of a lone one, and ends behind its `}`: so in the examples of AWS (CLI reference,
 * simulate-custom-policy: a lone statement from column 38 to 167).
 *
 * Throws MalformedPolicy for what is no JSON.
 */
export function statementSpans(text: string): readonly StatementSpan[] {
  const root = readJson(text)
  const node = root.kind === 'object' ? root.members.get('Statement') : undefined
  const positionOf = positionsIn(text)
  if (node?.kind === 'object') return [{ start: positionOf(node.offset + 1), end: positionOf(node.end) }]
  if (node?.kind !== 'array') return []
  let behind = node.offset + 1
  return node.items.map((item) => {
    const start = positionOf(behind)
    const end = item.kind === 'object' || item.kind === 'array' ? item.end : item.offset + item.text.length
    behind = text.indexOf(',', end) + 1
    return { start, end: positionOf(end) }
  })
}

/** Turns offsets into places; cheap to ask often. */
export function positionsIn(text: string): (offset: number) => Position {
  const lineStarts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1)
  return (offset) => {
    let low = 0
    let high = lineStarts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((lineStarts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1 }
  }
}
