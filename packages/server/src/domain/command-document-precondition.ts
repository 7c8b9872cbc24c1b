import { ContentReader } from './content-reader.ts'
import { parameterNames } from './document-references.ts'

const platforms = ['Windows', 'Linux', 'MacOS']

/**
 * What must hold for a step to run: `StringEquals` of two texts, one of them `platformType` or naming a parameter.
 * Agents fail a step whose precondition is none of these.
 *
 * @throws {ServiceError} InvalidDocumentContent, saying where
 */
export function readPrecondition(value: unknown, path: string): void {
  const reader = new ContentReader(value, path, true)
  reader.refuseOthers(['StringEquals'])
  const operands = reader.texts('StringEquals', 2, 4096) ?? []
  const [first = '', second = ''] = operands
  if (operands.length !== 2) throw reader.fault('StringEquals', 'must be a list of two texts')
  if (first === second) throw reader.fault('StringEquals', 'must compare two texts that are not the same')
  if (operands.some((operand) => /\{\{\s*ssm(?:-secure)?:/.test(operand))) {
    throw reader.fault('StringEquals', 'must not name parameters of Parameter Store')
  }
  if (operands.includes('platformType')) {
    const platform = first === 'platformType' ? second : first
    // Agents compare without regard to case.
    if (platforms.some((known) => known.toLowerCase() === platform.toLowerCase())) return
    throw reader.fault('StringEquals', `must compare platformType with one of ${platforms.join(', ')}`)
  }
  if (operands.every((operand) => parameterNames(operand).length === 0)) {
    throw reader.fault('StringEquals', 'must have platformType or a parameter, {{ name }}, on one side')
  }
}
