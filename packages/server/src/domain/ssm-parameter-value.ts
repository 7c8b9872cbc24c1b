import { ServiceError } from './error.ts'
import { LinearPattern, PatternError } from './linear-pattern.ts'
import { longestValue, type ParameterTier } from './ssm-parameter.ts'

/** Told of a value that is too long. A value is never part of a message. */
const advice: Readonly<Record<ParameterTier, string>> = {
  Standard:
    ' To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html',
  Advanced: '',
}

/** Bytes of a value in UTF-8. */
export function sizeOfValue(value: string): number {
  return Buffer.byteLength(value)
}

/** @throws {ServiceError} ValidationException for a value that no parameter can have */
export function checkValue(value: string): void {
  if (value === '') {
    throw new ServiceError(
      'ValidationException',
      "1 validation error detected: Value at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
    )
  }
  if (!value.isWellFormed()) {
    throw new ServiceError('ValidationException', 'Parameter value has half of a surrogate pair, which is no text.')
  }
  const opening = value.indexOf('{{')
  if (opening !== -1 && value.includes('}}', opening + 2)) {
    throw new ServiceError(
      'ValidationException',
      'Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.',
    )
  }
}

/** @throws {ServiceError} ValidationException */
export function checkSize(value: string, tier: ParameterTier): void {
  if (sizeOfValue(value) <= longestValue[tier]) return
  throw new ServiceError(
    'ValidationException',
    `${tier} tier parameters support a maximum parameter value of ${longestValue[tier]} characters.${advice[tier]}`,
  )
}

/** @throws {ServiceError} InvalidAllowedPatternException, ParameterPatternMismatchException */
export function checkPattern(value: string, source: string): void {
  let pattern: LinearPattern
  try {
    pattern = new LinearPattern(source)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    throw new ServiceError('InvalidAllowedPatternException', `AllowedPattern cannot be used: ${error.message}.`, {
      cause: error,
    })
  }
  if (pattern.matches(value)) return
  throw new ServiceError(
    'ParameterPatternMismatchException',
    `Parameter value, cannot be validated against allowedPattern: ${source}`,
  )
}
