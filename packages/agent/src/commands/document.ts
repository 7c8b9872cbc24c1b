import { isObject } from '../disk/read-text.ts'
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
}

/** The document cannot be run on any node. */
export class InvalidDocument extends Error {
  override readonly name = 'InvalidDocument'
}

const mostSteps = 64
const stepSchemas: readonly unknown[] = ['2.0', '2.0.1', '2.0.2', '2.0.3', '2.2']

/** The steps of a document, in order. Throws InvalidDocument. */
export function planSteps(document: unknown, given: unknown, platformType: string): readonly PlannedStep[] {
  if (!isObject(document)) throw new InvalidDocument('The document is not an object.')
  const parameters = withDefaults(document['parameters'], given)
  const schema = document['schemaVersion']

  const steps = stepSchemas.includes(schema)
    ? mainSteps(document['mainSteps'], parameters, platformType, schema === '2.2')
    : schema === '1.2' || schema === '1.0'
      ? runtimeSteps(document['runtimeConfig'], parameters)
      : undefined

  if (steps === undefined)
    throw new InvalidDocument(`Schema version ${JSON.stringify(schema)} is not one for commands.`)
  if (steps.length === 0) throw new InvalidDocument('The document has no steps.')
  if (steps.length > mostSteps) throw new InvalidDocument(`The document has more than ${mostSteps} steps.`)
  if (new Set(steps.map((step) => step.name)).size < steps.length) {
    throw new InvalidDocument('Two steps of the document have the same name.')
  }
  return steps
}

function mainSteps(
  steps: unknown,
  parameters: ReadonlyMap<string, unknown>,
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
      inputs: filledIn(inputs ?? {}, parameters, name),
      precondition:
        crossPlatform || !isObject(precondition) || Object.keys(precondition).length === 0
          ? judgePrecondition(precondition, parameters, platformType)
          : { kind: 'too-early' },
      crossPlatform,
    }
  })
}

function runtimeSteps(runtime: unknown, parameters: ReadonlyMap<string, unknown>): readonly PlannedStep[] {
  if (!isObject(runtime)) throw new InvalidDocument('runtimeConfig is not an object.')
  return Object.entries(runtime).flatMap(([plugin, configuration]) => {
    const properties = isObject(configuration) ? configuration['properties'] : undefined
    const list: readonly unknown[] = Array.isArray(properties) ? properties : [properties]
    return list.map((inputs, index) => ({
      // Results are keyed by plugin; only several sets of properties need names of their own.
      name: list.length === 1 ? plugin : idOf(inputs, `${index}.${plugin}`),
      plugin,
      inputs: filledIn(inputs, parameters, plugin),
      precondition: { kind: 'met' },
      crossPlatform: false,
    }))
  })
}

function idOf(properties: unknown, otherwise: string): string {
  const id = isObject(properties) ? properties['id'] : undefined
  return typeof id === 'string' && id !== '' ? id : otherwise
}

function filledIn(inputs: unknown, parameters: ReadonlyMap<string, unknown>, name: string): PlannedStep['inputs'] {
  const filled = substitute(inputs, parameters)
  if (!isObject(filled)) throw new InvalidDocument(`The inputs of step ${name} are not an object.`)
  return filled
}
