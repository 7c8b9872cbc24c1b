import type { InvocationDetails } from './invocation.ts'
import type { PingStatus } from './managed-node.ts'
import type { ParameterPolicyType } from './ssm-parameter-policy.ts'

/**
 * Something that has happened and is already stored. A hint may be lost: whoever listens also
 * looks at the store at start and on a slow sweep, so a lost hint costs time and nothing else.
 */
export type Hint =
  | { readonly kind: 'work'; readonly nodeId: string }
  | { readonly kind: 'cancel'; readonly nodeId: string; readonly commandId: string }
  | {
      readonly kind: 'invocation'
      readonly nodeId: string
      readonly commandId: string
      readonly details: InvocationDetails
      readonly at: Date
    }
  /** A command asks of other services what is not served: these members of SendCommand. */
  | { readonly kind: 'undelivered-settings'; readonly commandId: string; readonly members: readonly string[] }
  | { readonly kind: 'registered'; readonly nodeId: string; readonly at: Date }
  | { readonly kind: 'deregistered'; readonly nodeId: string; readonly at: Date }
  | { readonly kind: 'channel-open'; readonly nodeId: string }
  | { readonly kind: 'channel-closed'; readonly nodeId: string }
  | { readonly kind: 'session-started'; readonly sessionId: string; readonly nodeId: string }
  | { readonly kind: 'session-ending'; readonly sessionId: string; readonly nodeId: string; readonly reason: string }
  | {
      readonly kind: 'parameter'
      readonly name: string
      readonly operation: 'Create' | 'Update' | 'Delete' | 'LabelParameterVersion'
      readonly at: Date
    }
  | {
      readonly kind: 'parameter-policy'
      readonly name: string
      readonly policy: ParameterPolicyType
      readonly at: Date
    }
  | { readonly kind: 'presence'; readonly nodeId: string; readonly pingStatus: PingStatus; readonly at: Date }

export type HintKind = Hint['kind']
export type HintOf<K extends HintKind> = Extract<Hint, { readonly kind: K }>

/** Called after the commit, never before: what is announced has happened. */
export type Announce = (hint: Hint) => void
