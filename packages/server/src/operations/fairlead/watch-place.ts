import { ServiceError } from '../../domain/error.ts'
import { PlaceSet } from '../../domain/place-set.ts'

/** What somebody who watches a command has been told. */
export interface WatchPlace {
  /** The nodes of whose ends they know. */
  readonly told: PlaceSet
}

/** The beginning. */
export function firstPlace(nodes: number): WatchPlace {
  return { told: new PlaceSet(nodes) }
}

/**
 * The NextToken of a watch. It says all that there is to know of it, so it is good again after the server was started
 * anew. Nothing in it is secret: who forges one misses what they say that they know.
 */
export function watchToken(commandId: string, { told }: WatchPlace): string {
  return `${commandId}.${told}`
}

/** @throws {ServiceError} InvalidNextToken when it is none of a watch of this command */
export function readWatchToken(token: string, commandId: string, nodes: number): WatchPlace {
  const [command, ends = '', ...more] = token.split('.', 3)
  const told = command === commandId && more.length === 0 ? PlaceSet.parse(ends, nodes) : undefined
  if (told === undefined) throw new ServiceError('InvalidNextToken', 'The specified token is not valid.')
  return { told }
}
