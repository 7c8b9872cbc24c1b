import { xmlText } from '../api/xml-text.ts'

/** What a simulation of one action on one resource came to. */
export interface Simulated {
  readonly decision: string
  readonly statements: readonly SimulatedStatement[]
  /** Condition keys that policies ask for and the simulation was not given. */
  readonly missing: readonly string[]
  /** Whether the permissions boundary allows it; undefined when there is none. */
  readonly boundary?: boolean
}

export interface SimulatedStatement {
  readonly policy: string
  readonly source: string
  readonly line: number
  readonly column: number
}

/** Reads the first result of SimulatePrincipalPolicy's answer. */
export function readSimulation(xml: string): Simulated {
  const specific = inside(xml, 'ResourceSpecificResults') ?? xml
  const matched = inside(specific, 'MatchedStatements') ?? ''
  const missing = inside(specific, 'MissingContextValues') ?? ''
  const boundary = xmlText(xml, 'AllowedByPermissionsBoundary')
  return {
    decision: xmlText(xml, 'EvalDecision') ?? '',
    statements: each(matched, 'SourcePolicyId', '</member>').map((text) => ({
      policy: xmlText(text, 'SourcePolicyId') ?? '',
      source: xmlText(text, 'SourcePolicyType') ?? '',
      line: Number(xmlText(text, 'Line')),
      column: Number(xmlText(text, 'Column')),
    })),
    missing: each(missing, 'member', '</member>').flatMap((text) => xmlText(text, 'member') ?? []),
    ...(boundary === undefined ? {} : { boundary: boundary === 'true' }),
  }
}

/** The markup of the first element of a name. */
function inside(xml: string, name: string): string | undefined {
  const start = xml.indexOf(`<${name}>`)
  const end = xml.indexOf(`</${name}>`, start)
  return start === -1 || end === -1 ? undefined : xml.slice(start + name.length + 2, end)
}

/** Pieces that begin with an element of that name and end with a mark. */
function each(xml: string, name: string, mark: string): readonly string[] {
  const pieces: string[] = []
  for (let at = xml.indexOf(`<${name}>`); at !== -1; at = xml.indexOf(`<${name}>`, at + 1)) {
    const end = xml.indexOf(mark, at)
    pieces.push(xml.slice(at, end === -1 ? undefined : end + mark.length))
  }
  return pieces
}
