import type { NodeCalls } from '../../api/node-calls.ts'
import { isObject } from '../../disk/read-text.ts'
import { type PlannedStep, planSteps } from '../document.ts'
import { checkLimits, checkPattern } from './check-parameters.ts'
import { lookUp, referencesIn, replaceReferences } from './references.ts'
import { Room } from './room.ts'
import { withDefaults } from './substitute.ts'

/** A document and the values for its parameters, with whatever refers to Parameter Store still in them. */
export interface DocumentSource {
  readonly document: unknown
  readonly parameters: unknown
}

/** True when something in the document or its values has to be asked of Parameter Store. */
export function hasReferences({ document, parameters }: DocumentSource): boolean {
  return referencesIn(document).size > 0 || referencesIn(parameters).size > 0
}

/**
 * The steps of a document with everything filled in. Values that were looked up must match the pattern of their
 * parameter; the server has checked all others. Of an inner document (`isInner`) nobody has checked anything yet.
 * Throws InvalidDocument, ParameterProblem, ReferenceProblem, ApiError or the network's error.
 */
export async function resolveSteps(
  { document, parameters }: DocumentSource,
  platformType: string,
  calls: NodeCalls,
  isInner: boolean,
): Promise<readonly PlannedStep[]> {
  const steps = planSteps(document, parameters, platformType)
  const declared = isObject(document) && isObject(document['parameters']) ? document['parameters'] : {}
  const values = withDefaults(declared, parameters)
  const names = referencesIn([
    steps.map(({ inputs, runs = [] }) => [inputs, ...runs.map((run) => run.inputs)]),
    [...values.values()],
  ])
  const found = names.size === 0 ? new Map() : await lookUp(names, calls)
  const room = new Room()

  for (const [name, declaration] of Object.entries(declared)) {
    const value = values.get(name)
    if (!isObject(declaration) || value === undefined) continue
    if (!isInner && referencesIn(value).size === 0) continue
    const known = replaceReferences(value, found, room)
    if (isInner) checkLimits(name, declaration, known)
    checkPattern(name, declaration, known)
  }
  return found.size === 0 ? steps : steps.map((step) => replaced(step, found, room))
}

function replaced(step: PlannedStep, found: Parameters<typeof replaceReferences>[1], room: Room): PlannedStep {
  const { runs } = step
  const inputs = replaceReferences(step.inputs, found, room)
  return {
    ...step,
    inputs: isObject(inputs) ? inputs : step.inputs,
    ...(runs && { runs: runs.map((run) => replaced(run, found, room)) }),
  }
}
