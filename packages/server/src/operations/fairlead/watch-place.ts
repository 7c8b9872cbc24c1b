import type { OutputPosition } from '@fairlead/wire/control-message'
import { ServiceError } from '../../domain/error.ts'
import { PlaceSet } from '../../domain/place-set.ts'

/** What somebody who watches a command has been told. */
export interface WatchPlace {
  /** The nodes of whose ends they know, and whose output they have. */
  readonly told: PlaceSet
  /** How far they have the output of nodes whose end has not been told. */
  readonly read: Map<number, OutputPosition>
}

/** As many nodes as send live output of one command at a time, and those that have just ended. */
const mostRead = 1_000
const readForm = /^[0-9a-z]{1,6}(?:-[0-9a-z]{1,10}){3}$/

/** The beginning. */
export function firstPlace(nodes: number): WatchPlace {
  return { told: new PlaceSet(nodes), read: new Map() }
}

/**
 * The NextToken of a watch. It says all that there is to know of it, so it is good again after the server was started
 * anew. Nothing in it is secret: who forges one misses what they say that they know.
 */
export function watchToken(commandId: string, { told, read }: WatchPlace): string {
  const reads = [...read]
    .slice(-mostRead)
    .map(([place, { step, stdout, stderr }]) =>
      [place, step, stdout, stderr].map((number) => number.toString(36)).join('-'),
    )
  return [commandId, told, reads.join('_')].join('.')
}

/** @throws {ServiceError} InvalidNextToken when it is none of a watch of this command */
export function readWatchToken(token: string, commandId: string, nodes: number): WatchPlace {
  const [command, ends = '', reads, ...more] = token.split('.', 4)
  const told = command === commandId && more.length === 0 ? PlaceSet.parse(ends, nodes) : undefined
  const read = reads === undefined ? undefined : parseReads(reads, nodes)
  if (told === undefined || read === undefined) {
    throw new ServiceError('InvalidNextToken', 'The specified token is not valid.')
  }
  return { told, read }
}

function parseReads(text: string, nodes: number): Map<number, OutputPosition> | undefined {
  const read = new Map<number, OutputPosition>()
  if (text === '') return read
  const parts = text.split('_', mostRead + 1)
  if (parts.length > mostRead) return undefined
  for (const part of parts) {
    const [place = 0, step = 0, stdout = 0, stderr = 0] = part.split('-').map((number) => Number.parseInt(number, 36))
    if (!readForm.test(part) || place >= nodes) return undefined
    read.set(place, { step, stdout, stderr })
  }
  return read
}
