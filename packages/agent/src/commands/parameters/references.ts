import type { NodeCalls, StoredParameter } from '../../api/node-calls.ts'
import { isObject } from '../../disk/read-text.ts'
import type { Room } from './room.ts'

/** A `{{ssm:name}}` that cannot be replaced; the text says which and why. */
export class ReferenceProblem extends Error {
  override readonly name = 'ReferenceProblem'
}

// As Amazon's agent has it (parameterstore.go): a version or a label may follow the name.
const reference = /\{\{ *ssm:([\w/.:-]{1,2100}) *\}\}/g
const aloneReference = /^\s*\{\{ *ssm:([\w/.:-]{1,2100}) *\}\}\s*$/

const mostReferences = 100
/** What GetParameters takes. */
const mostAtOnce = 10

/** The names in every `{{ssm:name}}` of a value, at any depth; a name may end in `:3` or `:label`. */
export function referencesIn(value: unknown, names: Set<string> = new Set()): ReadonlySet<string> {
  if (typeof value === 'string') {
    for (const [, name = ''] of value.matchAll(reference)) names.add(name)
  } else if (Array.isArray(value) || isObject(value)) {
    for (const inner of Object.values(value)) referencesIn(inner, names)
  }
  return names
}

/**
 * Asks for parameters under the node's role. The texts of refusals are those of Amazon's agent.
 * Throws ReferenceProblem, ApiError or the network's error.
 */
export async function lookUp(
  names: ReadonlySet<string>,
  calls: NodeCalls,
): Promise<ReadonlyMap<string, StoredParameter>> {
  if (names.size > mostReferences) {
    throw new ReferenceProblem(`The document refers to more than ${mostReferences} parameters of Parameter Store.`)
  }
  const found = new Map<string, StoredParameter>()
  const asked = [...names]
  for (let at = 0; at < asked.length; at += mostAtOnce) {
    const some = asked.slice(at, at + mostAtOnce)
    const answer = await calls.getParameters(some, false)
    for (const name of some) {
      const parameter = answer.find((one) => isAnswerTo(name, one))
      if (parameter !== undefined) found.set(name, parameter)
    }
  }
  const missing = asked.filter((name) => !found.has(name))
  if (missing.length > 0) throw new ReferenceProblem(`Input contains invalid parameters [${missing.join(' ')}]`)
  const secure = asked.filter((name) => found.get(name)?.type === 'SecureString')
  if (secure.length > 0) {
    throw new ReferenceProblem(`Parameters [${secure.join(' ')}] of type SecureString are not supported`)
  }
  return found
}

/**
 * Puts values in place of `{{ssm:name}}`, in one pass: a value that looks like a reference stays as it is. A StringList
 * takes the place of a whole item of a list, and becomes as many items; anywhere else it is refused.
 * Throws ReferenceProblem, and InvalidDocument when there is no room for all of it.
 */
export function replaceReferences(template: unknown, found: ReadonlyMap<string, StoredParameter>, room: Room): unknown {
  if (typeof template === 'string') return replaceInText(template, found, room)
  if (Array.isArray(template)) {
    const items: readonly unknown[] = template
    return items.flatMap<unknown>((item) => listFor(item, found, room) ?? [replaceReferences(item, found, room)])
  }
  if (!isObject(template)) return template
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) => [key, replaceReferences(value, found, room)]),
  )
}

function replaceInText(text: string, found: ReadonlyMap<string, StoredParameter>, room: Room): string {
  return text.replace(reference, (whole, name: string) => {
    const parameter = found.get(name)
    if (parameter === undefined) return whole
    if (parameter.type === 'StringList') {
      throw new ReferenceProblem(`Parameter ${name} of type StringList cannot be used as a String`)
    }
    room.take(parameter.value)
    return parameter.value
  })
}

function listFor(
  item: unknown,
  found: ReadonlyMap<string, StoredParameter>,
  room: Room,
): readonly string[] | undefined {
  const name = typeof item === 'string' ? aloneReference.exec(item)?.[1] : undefined
  const parameter = name === undefined ? undefined : found.get(name)
  if (parameter?.type !== 'StringList') return undefined
  room.take(parameter.value)
  return parameter.value.split(',')
}

function isAnswerTo(asked: string, { name, version, selector }: StoredParameter): boolean {
  if (selector !== '') return asked === `${name}${selector}`
  return asked === name || asked === `${name}:${version}`
}
