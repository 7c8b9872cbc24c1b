import { WireError } from './wire-error.ts'

/** A form's parameters as the tree that their dotted names draw: `A.member.1.B=x`. */
export interface FormNode {
  text: string | undefined
  readonly parts: Map<string, FormNode>
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const mostParameters = 10_000
const longestName = 512
// The deepest names of IAM have six parts; each part costs a node of the tree.
const deepestName = 16

/**
 * Parses a form body or a query string (`application/x-www-form-urlencoded`) as the query protocol uses it.
 * Of a parameter that comes twice, the last counts.
 *
 * @throws WireError MalformedQueryString for a false percent escape, bytes that are not UTF-8, too many
 *   parameters, or names that are too long or too deep.
 */
export function parseForm(body: Uint8Array): FormNode {
  const root: FormNode = { text: undefined, parts: new Map() }
  const text = decodeUtf8(body)
  if (text === '') return root
  const pairs = text.split('&', mostParameters + 1)
  if (pairs.length > mostParameters) throw malformed(`more than ${mostParameters} parameters`)
  for (const pair of pairs) {
    if (pair === '') continue
    const cut = pair.indexOf('=')
    const name = decodePart(cut < 0 ? pair : pair.slice(0, cut))
    nodeAt(root, name).text = cut < 0 ? '' : decodePart(pair.slice(cut + 1))
  }
  return root
}

function nodeAt(root: FormNode, name: string): FormNode {
  const names = name.length <= longestName ? name.split('.') : []
  if (names.length === 0 || names.length > deepestName) throw malformed('a parameter name is too long or too deep')
  let node = root
  for (const part of names) {
    const next = node.parts.get(part) ?? { text: undefined, parts: new Map() }
    node.parts.set(part, next)
    node = next
  }
  return node
}

function decodePart(part: string): string {
  const spaced = part.includes('+') ? part.replaceAll('+', ' ') : part
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch (cause) {
    throw malformed('a false percent escape', cause)
  }
}

function decodeUtf8(body: Uint8Array): string {
  try {
    return utf8.decode(body)
  } catch (cause) {
    throw malformed('bytes that are not UTF-8', cause)
  }
}

function malformed(what: string, cause?: unknown): WireError {
  return new WireError('MalformedQueryString', `The request's parameters cannot be read: ${what}`, { cause })
}
