import { isObject } from '../../disk/read-text.ts'

/** In characters. The limit of the API's documents is 64 KB; JSON may be more generous with its blanks. */
export const longestText = 1024 * 1024
/** YAML takes a hundred times as long to read. */
const longestYaml = 65_536
const deepest = 32
const mostMembers = 20_000

/** An object written as JSON or else as YAML. Throws an Error that says what is wrong with it. */
export async function parseText(text: string, what: string): Promise<Readonly<Record<string, unknown>>> {
  if (text.length > longestText) throw new Error(`${what} is longer than ${longestText} characters.`)
  const value = parseJson(text) ?? (await parseYaml(text, what))
  if (!isObject(value)) throw new Error(`${what} is not an object.`)
  // Aliases of YAML can make much of little.
  if (countMembers(value, what, deepest) > mostMembers) throw new Error(`${what} has more than ${mostMembers} members.`)
  return value
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // Whatever is no JSON may be YAML, which says better what is wrong.
  }
}

async function parseYaml(text: string, what: string): Promise<unknown> {
  if (text.length > longestYaml)
    throw new Error(`${what} is no JSON, and as YAML longer than ${longestYaml} characters.`)
  const { parse } = await import('yaml') // Few nodes ever need it.
  try {
    // Keys are not compared with each other, which would take time by the square of their number; the last one counts.
    return parse(text, { maxAliasCount: 50, logLevel: 'error', schema: 'core', uniqueKeys: false })
  } catch (cause) {
    throw new Error(`${what} is neither JSON nor YAML`, { cause })
  }
}

function countMembers(value: unknown, what: string, depth: number): number {
  if (typeof value !== 'object' || value === null) return 1
  if (depth === 0) throw new Error(`${what} is nested deeper than ${deepest}.`)
  let count = 1
  for (const member of Object.values(value)) {
    count += countMembers(member, what, depth - 1)
    if (count > mostMembers) break
  }
  return count
}
