import { isFinallyStep, readInputs } from './command-document-inputs.ts'
import { plugins } from './command-document-plugins.ts'
import { readPrecondition } from './command-document-precondition.ts'
import { ContentReader } from './content-reader.ts'
import type { DocumentStep } from './document.ts'
import { requireDeclared } from './document-references.ts'

/** What our agent runs of one document; Amazon's has no limit of its own. */
export const mostSteps = 64

/**
 * The steps of a document of schema 2.0 or 2.2, as their author wrote them.
 *
 * @throws {ServiceError} InvalidDocumentContent, saying where
 */
export function readSteps(
  document: ContentReader,
  declared: ReadonlySet<string>,
  hasPreconditions: boolean,
): readonly DocumentStep[] {
  const listed = document.value('mainSteps')
  if (!Array.isArray(listed)) throw document.fault('mainSteps', 'must be a list of steps')
  if (listed.length === 0) throw document.fault('mainSteps', 'must have a step')
  if (listed.length > mostSteps) throw document.fault('mainSteps', `must not have more than ${mostSteps} steps`)
  const names = new Set<string>()
  for (const [index, value] of listed.entries()) {
    const step = readStep(value, `mainSteps[${index}]`, declared, hasPreconditions)
    const before = names.size
    if (names.add(step.name).size === before) {
      throw document.fault(`mainSteps[${index}].name`, `must be another: there is a step ${step.name} already`)
    }
    if (isFinallyStep(step.inputs) && index < listed.length - 1) {
      throw document.fault(`mainSteps[${index}].inputs.finallyStep`, 'must be in the last step only')
    }
  }
  return listed
}

function readStep(
  value: unknown,
  path: string,
  declared: ReadonlySet<string>,
  hasPreconditions: boolean,
): DocumentStep {
  const reader = new ContentReader(value, path, false)
  reader.refuseOthers([
    'action',
    'name',
    'description',
    'inputs',
    'settings',
    ...(hasPreconditions ? ['precondition'] : []),
    'maxAttempts',
    'onFailure',
    'timeoutSeconds',
  ])
  const action = reader.requiredText('action', { max: 128 })
  const rules = plugins.get(action)
  if (rules === undefined) {
    throw reader.fault(
      'action',
      `must be a plugin, and ${action} is none: use one of ${[...plugins.keys()].join(', ')}`,
    )
  }
  const name = reader.requiredText('name', { max: 128 })
  if (!/^[A-Za-z0-9_.-]{1,128}$/.test(name)) {
    throw reader.fault('name', 'must be of letters, digits, _, . and -, 128 at most')
  }
  reader.text('description', { max: 65_536 })
  // Agents cannot read a message that has these of another type, and do not look at them.
  reader.text('onFailure', { max: 128 })
  reader.whole('maxAttempts', 0, 1_000_000)
  reader.whole('timeoutSeconds', 0, 1_000_000_000)
  const inputs = reader.value('inputs') ?? {}
  readInputs(inputs, `${path}.inputs`, rules)
  requireDeclared(inputs, `${path}.inputs`, declared)
  requireDeclared(reader.value('settings'), `${path}.settings`, declared)
  if (reader.has('precondition')) {
    readPrecondition(reader.value('precondition'), `${path}.precondition`)
    requireDeclared(reader.value('precondition'), `${path}.precondition`, declared)
  }
  // Just read.
  return value as DocumentStep
}
