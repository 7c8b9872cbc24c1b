import type { PolicyDocument, Statement } from './document.ts'
import type { Findings } from './findings.ts'
import { type JsonNode, join } from './json.ts'
import {
  at,
  objectOf,
  type Reading,
  readConditions,
  readEffect,
  readPatterns,
  readPrincipal,
  readText,
} from './statement-elements.ts'

const documentElements = new Set(['Version', 'Id', 'Statement'])
const statementElements = new Set([
  ...['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction'],
  ...['Resource', 'NotResource', 'Condition'],
])

/** Turns JSON into a document. With findings that do not throw, a statement that has faults keeps its readable parts. */
export function readDocument(root: JsonNode, findings: Findings): PolicyDocument {
  const top = objectOf(root, '', findings)
  for (const [name, node] of top.members) {
    findings.rule(documentElements.has(name), `Syntax errors in policy: unknown element ${name}.`, at(name, node))
  }
  const version = top.members.get('Version')
  const known = version === undefined || version.kind === 'string'
  const written = version?.kind === 'string' ? version.text : '2008-10-17'
  const isVersion = written === '2008-10-17' || written === '2012-10-17'
  const faulty = !known || !isVersion
  if (faulty) findings.fault('Policy document must be version 2012-10-17 or greater.', at('Version', version ?? root))

  const id = readText(top.members, 'Id', '', findings)
  const node = top.members.get('Statement')
  if (node === undefined) findings.fault('Syntax errors in policy: Statement is missing.', at('', root))
  const nodes = node === undefined ? [] : node.kind === 'array' ? node.items : [node]
  findings.rule(nodes.length > 0, 'Syntax errors in policy: Statement is empty.', at('Statement', node ?? root))
  const statements = nodes.map((item, index) => {
    const statement = readStatement(item, node?.kind === 'array' ? join('Statement', index) : 'Statement', findings)
    return faulty && statement.fault === undefined ? { ...statement, fault: 'unknown Version' } : statement
  })
  return {
    version: isVersion ? written : '2008-10-17',
    ...(id === undefined ? {} : { id }),
    statements,
  }
}

function readStatement(node: JsonNode, path: string, outer: Findings): Statement {
  let fault: string | undefined
  const findings: Findings = {
    ...outer,
    fault(message, place) {
      outer.fault(message, place)
      fault ??= message
    },
  }
  const { members } = objectOf(node, path, findings)
  for (const [name, member] of members) {
    if (statementElements.has(name)) continue
    findings.fault(`Syntax errors in policy: unknown element ${name}.`, at(join(path, name), member))
  }
  const reading: Reading = { members, node, path, findings }
  const sid = readText(members, 'Sid', path, findings)
  const effect = readEffect(reading)
  const principal = readPrincipal(reading)
  const action = readPatterns(reading, 'Action')
  const resource = readPatterns(reading, 'Resource')
  if (action === undefined) findings.fault('Policy statement must contain actions.', at(path, node))
  const conditions = readConditions(reading)
  const statement: Statement = {
    ...(sid === undefined ? {} : { sid }),
    effect,
    ...(principal === undefined ? {} : { principal }),
    // A Deny whose actions cannot be read denies them all.
    action: action ?? { negated: false, patterns: ['*'] },
    ...(resource === undefined ? {} : { resource }),
    conditions,
    ...(fault === undefined ? {} : { fault }),
  }
  findings.statement(statement, at(path, node))
  return statement
}
