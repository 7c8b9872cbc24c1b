import { MalformedPolicy } from '../malformed-policy.ts'
import { positionsIn } from '../statement-spans.ts'
import { escalation } from './escalation.ts'
import type { LintFinding, RawFinding } from './finding.ts'
import { form, malformed } from './form.ts'
import { intent } from './intent.ts'
import { unknownNames } from './known-names.ts'
import { type LintedPolicy, lintedPolicy } from './linted-policy.ts'
import { unreachable } from './unreachable.ts'

export type { LintFinding } from './finding.ts'

const rules: readonly ((policy: LintedPolicy) => readonly RawFinding[])[] = [
  form,
  unknownNames,
  unreachable,
  intent,
  escalation,
]

/** No policy that IAM stores comes near; more would only take time. */
const longest = 131_072
const mostStatements = 1_000

/** Finds what bites in a policy, in the order of the text. Throws nothing for what is no policy: that is a finding. */
export function lintPolicy(text: string): readonly LintFinding[] {
  const positionOf = positionsIn(text)
  const placed = ({ offset, statement, ...rest }: RawFinding, policy?: LintedPolicy): LintFinding => {
    const sid = statement === undefined ? undefined : policy?.statements[statement]?.sid
    return {
      ...rest,
      ...(statement === undefined ? {} : { statement }),
      ...(sid === undefined ? {} : { sid }),
      ...positionOf(offset),
    }
  }
  try {
    if (text.length > longest) throw new MalformedPolicy('The policy is too long.', { path: '', offset: 0 }, 'too long')
    const policy = lintedPolicy(text)
    if (policy.statements.length > mostStatements) {
      throw new MalformedPolicy('The policy has too many statements.', { path: 'Statement', offset: 0 }, 'too long')
    }
    return rules
      .flatMap((rule) => rule(policy))
      .sort((a, b) => a.offset - b.offset)
      .map((finding) => placed(finding, policy))
  } catch (error) {
    if (!(error instanceof MalformedPolicy)) throw error
    return [placed(malformed(error))]
  }
}
