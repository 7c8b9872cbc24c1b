import type { PolicyDocument } from './document.ts'
import type { Findings } from './findings.ts'
import { readJson } from './json.ts'
import { MalformedPolicy } from './malformed-policy.ts'
import { readDocument } from './policy-reader.ts'

// AWS's own longest managed policy, ReadOnlyAccess, has 88 KB.
const longest = 524_288

/**
 * Reads a policy that is already stored, or comes from elsewhere: one that a later or a laxer grammar accepted.
 * What it does not understand never allows and never weakens a Deny:
 *
 *   an unknown Effect, element or Version, both of a pair,    an Allow never applies; in a Deny the part that
 *   a value of a wrong type, an unknown condition operator    cannot be read narrows nothing
 *   an ARN of fewer than six segments                         filled up with `*` for those that are missing
 *   an action without a colon                                 nothing in an Allow, a pattern in a Deny
 *
 * Throws MalformedPolicy only for what is no JSON object, is nested too deep, is longer than 512 Ki characters,
 * or says a key twice in one object.
 */
export function readPolicy(text: string): PolicyDocument {
  if (text.length > longest)
    throw new MalformedPolicy('The policy is too long.', { path: '', offset: longest }, 'too long')
  const root = readJson(text)
  if (root.kind !== 'object') throw new MalformedPolicy('Syntax errors in policy.', { path: '', offset: root.offset })
  return readDocument(root, lenient)
}

const ignore = (): void => {}
const lenient: Findings = { fault: ignore, rule: ignore, text: ignore, condition: ignore, statement: ignore }
