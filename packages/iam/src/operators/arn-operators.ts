import { compileArnPattern, resourceName, splitArn } from '../arn.ts'
import type { Operator } from '../operator.ts'
import { type FixedPart, readTemplate } from '../template.ts'
import { templateMatcher } from '../value-matcher.ts'

/** ArnEquals and ArnLike are the same: both compare segment by segment, and both know wildcards. */
export const arnOperators: readonly Operator[] = [
  arnOperator('ArnEquals', false),
  arnOperator('ArnLike', false),
  arnOperator('ArnNotEquals', true),
  arnOperator('ArnNotLike', true),
]

function arnOperator(name: string, negated: boolean): Operator {
  return {
    name,
    negated,
    form: { wildcards: true, variables: true },
    accepts: (value) => value === '*' || splitArn(value) !== undefined,
    compile: (values, form) =>
      templateMatcher(
        values.map((value) => readTemplate(value, form)),
        matchArn,
      ),
  }
}

function matchArn(parts: readonly FixedPart[]): (value: string) => boolean {
  const matches = compileArnPattern(parts)
  return (value) => matches(resourceName(value))
}
