import type { PolicyDocument } from './document.ts'
import type { Findings } from './findings.ts'
import { type JsonNode, readJson } from './json.ts'
import { MalformedPolicy, type Place } from './malformed-policy.ts'
import { kindRules, type PolicyKind, policySize } from './policy-kind.ts'
import { readDocument } from './policy-reader.ts'
import { faultOfCondition, faultOfStatement, faultOfText } from './policy-rules.ts'

/**
 * Parses a policy that someone is about to store, as strictly as IAM does at that moment. Throws MalformedPolicy,
 * and nothing else, with the first fault and its place; `fault` is `too long` when the quota of its kind is exceeded.
 */
export function parsePolicy(text: string, kind: PolicyKind): PolicyDocument {
  const { longest } = kindRules[kind]
  if (policySize(text) > longest) {
    throw new MalformedPolicy(`Maximum policy size of ${longest} bytes exceeded.`, { path: '', offset: 0 }, 'too long')
  }
  const root = readJson(text)
  return readDocument(root, strict(kind, knowsVariables(root)))
}

function knowsVariables(root: JsonNode): boolean {
  const version = root.kind === 'object' ? root.members.get('Version') : undefined
  return version?.kind === 'string' && version.text === '2012-10-17'
}

function strict(kind: PolicyKind, variables: boolean): Findings {
  const refuse = (message: string | undefined, place: Place): void => {
    if (message !== undefined) throw new MalformedPolicy(message, place)
  }
  const sids = new Set<string>()
  return {
    fault: refuse,
    rule: (holds, message, place) => refuse(holds ? undefined : message, place),
    text(element, text, place) {
      refuse(faultOfText(element, text, kind, variables), place)
      // An empty Sid is none; policies that Terraform once made have one in every statement.
      if (element !== 'Sid' || text === '') return
      refuse(sids.has(text) ? 'Statement IDs (SID) in a single policy must be unique.' : undefined, place)
      sids.add(text)
    },
    condition: (condition, place) => refuse(faultOfCondition(condition, variables), place),
    statement: (statement, place) => refuse(faultOfStatement(statement, kind), place),
  }
}
