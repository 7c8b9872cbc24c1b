import { CliError } from '../cli-error.ts'
import type { Rehearsal } from './read-rehearsal.ts'

/** Above how many nodes a person has to confirm. */
export interface ConfirmLimit {
  readonly nodes: number
  /** Who set it: the tag of a role or a user, in place of the default. */
  readonly setBy: string | undefined
}

const usualLimit: ConfirmLimit = { nodes: 20, setBy: undefined }

/** The limit of whoever calls: the tag `fairlead:confirm-above` of the user or the role, which the server tells. */
export function confirmLimit({ confirmAbove }: Pick<Rehearsal, 'confirmAbove'>): ConfirmLimit {
  if (confirmAbove === undefined) return usualLimit
  const { value, setBy } = confirmAbove
  if (/^\d{1,6}$/.test(value)) return { nodes: Number(value), setBy }
  throw new CliError(`The tag fairlead:confirm-above of ${setBy} is ${value}: it must be a number of nodes.`)
}
