import { isObject } from '../disk/read-text.ts'
import { InvalidDocument } from './invalid-document.ts'
import { Room } from './parameters/room.ts'
import { substitute, withDefaults } from './parameters/substitute.ts'
import { judgePrecondition, type PreconditionVerdict } from './precondition.ts'

/** A step of a document with its parameters filled in: ready to run. */
export interface PlannedStep {
  /** The key of its result: the step's name, or the plugin's in schema 1.2. */
  readonly name: string
  /** Such as `aws:runShellScript`. */
  readonly plugin: string
  readonly inputs: Readonly<Record<string, unknown>>
  readonly precondition: PreconditionVerdict
  /** Schema 2.2 documents are for several platforms: a plugin that is not for this one is skipped, not failed. */
  readonly crossPlatform: boolean
  /** In schema 1.2 a plugin may have a list of inputs: it runs once for each of them, and reports once. */
  readonly runs?: readonly PlannedStep[]
}

const mostSteps = 64
const stepSchemas: readonly unknown[] = ['2.0', '2.0.1', '2.0.2', '2.0.3', '2.2']

/** The steps of a document, in order. Throws InvalidDocument. */
export function planSteps(document: unknown, given: unknown, platformType: string): readonly PlannedStep[] {
  if (!isObject(document)) throw new InvalidDocument('The document is not an object.')
  const parameters = withDefaults(document['parameters'], given)
  const room = new Room()
  const schema = document['schemaVersion']

  const steps = stepSchemas.includes(schema)
    ? mainSteps(document['mainSteps'], parameters, room, platformType, schema === '2.2')
    : schema === '1.2' || schema === '1.0'
      ? runtimeSteps(document['runtimeConfig'], parameters, room)
      : undefined

  if (steps === undefined)
    throw new InvalidDocument(`Schema version ${JSON.stringify(schema)} is not one for commands.`)
  if (steps.length === 0) throw new InvalidDocument('The document has no steps.')
  const runs = steps.reduce((sum, step) => sum + (step.runs?.length ?? 1), 0)
  if (Math.max(steps.length, runs) > mostSteps)
    throw new InvalidDocument(`The document has more than ${mostSteps} steps.`)
  if (new Set(steps.map((step) => step.name)).size < steps.length) {
    throw new InvalidDocument('Two steps of the document have the same name.')
  }
  return steps
}

function mainSteps(
  steps: unknown,
  parameters: ReadonlyMap<string, unknown>,
  room: Room,
  platformType: string,
  crossPlatform: boolean,
): readonly PlannedStep[] {
  if (!Array.isArray(steps)) throw new InvalidDocument('mainSteps is not a list.')
  return steps.map((step: unknown, index) => {
    if (!isObject(step)) throw new InvalidDocument(`Step ${index + 1} is not an object.`)
    const { action, name, inputs, precondition } = step
    if (typeof action !== 'string' || typeof name !== 'string' || name === '') {
      throw new InvalidDocument(`Step ${index + 1} lacks its action or its name.`)
    }
    return {
      name,
      plugin: action,
      inputs: inputsOf(substitute(inputs ?? {}, parameters, room), name),
      precondition:
        crossPlatform || !isObject(precondition) || Object.keys(precondition).length === 0
          ? judgePrecondition(precondition, parameters, platformType)
          : { kind: 'too-early' },
      crossPlatform,
    }
  })
}

function runtimeSteps(runtime: unknown, parameters: ReadonlyMap<string, unknown>, room: Room): readonly PlannedStep[] {
  if (!isObject(runtime)) throw new InvalidDocument('runtimeConfig is not an object.')
  return Object.entries(runtime).map(([plugin, configuration]) => {
    const step = { name: plugin, plugin, precondition: { kind: 'met' }, crossPlatform: false } as const
    const properties = substitute(isObject(configuration) ? configuration['properties'] : undefined, parameters, room)
    if (!Array.isArray(properties)) return { ...step, inputs: inputsOf(properties, plugin) }
    const runs = properties.map((item: unknown, index) => {
      // As in Amazon's agent: what steers a document is looked for in inputs that are not in a list.
      const { onFailure: _, onSuccess: __, finallyStep: ___, ...inputs } = inputsOf(item, plugin)
      return { ...step, name: idOf(inputs, `${index}.${plugin}`), inputs }
    })
    const [only] = runs
    return only !== undefined && runs.length === 1 ? { ...only, name: plugin } : { ...step, inputs: {}, runs }
  })
}

function idOf({ id }: PlannedStep['inputs'], otherwise: string): string {
  return typeof id === 'string' && id !== '' ? id : otherwise
}

function inputsOf(filled: unknown, name: string): PlannedStep['inputs'] {
  if (!isObject(filled)) throw new InvalidDocument(`The inputs of step ${name} are not an object.`)
  return filled
}
