import { isScalar, LineCounter, parseDocument, visit, type YAMLParseError } from 'yaml'
import type { FaultPlace } from './json-fault.ts'

/** The text is no YAML, or says something twice. */
export class YamlFault extends Error {
  override readonly name = 'YamlFault'
  readonly place: FaultPlace | undefined

  constructor(message: string, place: FaultPlace | undefined, options?: ErrorOptions) {
    super(message, options)
    this.place = place
  }
}

/** The value that one document of YAML writes down. Throws YamlFault, or the parser's error without a place. */
export function parseYaml(text: string): unknown {
  const lineCounter = new LineCounter()
  // The parser compares each key of a map with all others, which takes the square of their number: told not to.
  const document = parseDocument(text, { lineCounter, logLevel: 'error', schema: 'core', uniqueKeys: false })
  const [error] = document.errors
  if (error) throw new YamlFault(error.message, placeOf(error), { cause: error })
  requireUniqueKeys(document, lineCounter)
  return document.toJS({ maxAliasCount: 50 })
}

function requireUniqueKeys(document: ReturnType<typeof parseDocument>, lines: LineCounter): void {
  visit(document, {
    Map(_, map) {
      const seen = new Set<unknown>()
      for (const { key } of map.items) {
        if (!isScalar(key)) continue
        const before = seen.size
        if (seen.add(key.value).size > before) continue
        const { line, col: column } = lines.linePos(key.range?.[0] ?? 0)
        throw new YamlFault(`Map keys must be unique: ${String(key.value).slice(0, 200)}`, { line, column })
      }
    },
  })
}

function placeOf({ linePos }: YAMLParseError): FaultPlace | undefined {
  const [at] = linePos ?? []
  return at && { line: at.line, column: at.col }
}
