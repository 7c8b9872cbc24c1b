import type { Bus } from '../bus/bus.ts'
import type { Log } from './log.ts'
import { label, type Metrics } from './metrics.ts'

export interface JournalParts {
  readonly bus: Bus
  readonly log: Log
  readonly metrics: Metrics
}

/** Tells the operator what happens to nodes and invocations: a log line and a count each. */
export class Journal {
  readonly #ends: (() => void)[]

  constructor({ bus, log, metrics }: JournalParts) {
    const warnedOf = new Set<string>()
    this.#ends = [
      bus.subscribe('registered', ({ nodeId }) => log.info({ nodeId }, 'node registered')),
      bus.subscribe('deregistered', ({ nodeId }) => log.info({ nodeId }, 'node deregistered')),
      bus.subscribe('presence', ({ nodeId, pingStatus }) => {
        log.info({ nodeId, pingStatus }, 'node presence changed')
        metrics.add('fairlead_node_presence_changes_total', 'Changes of ping status', 1, label('status', pingStatus))
      }),
      bus.subscribe('parameter', ({ name, operation }) =>
        log.debug({ parameter: name, operation }, 'parameter changed'),
      ),
      bus.subscribe('parameter-policy', ({ name, policy }) => {
        log.info({ parameter: name, policy }, 'policy of a parameter applied')
        metrics.add('fairlead_parameter_policies_total', 'Applied policies of parameters', 1, label('policy', policy))
      }),
      bus.subscribe('undelivered-settings', ({ commandId, members }) => {
        const news = members.filter((member) => !warnedOf.has(member))
        for (const member of news) warnedOf.add(member)
        if (news.length > 0)
          log.warn({ commandId, members: news }, 'commands ask for what is kept and not delivered yet; it is said once')
      }),
      bus.subscribe('invocation', ({ nodeId, commandId, details }) => {
        log.debug({ nodeId, commandId, details }, 'invocation moved')
        metrics.add(
          'fairlead_invocation_moves_total',
          'Moves of invocations by status details',
          1,
          label('details', details),
        )
      }),
    ]
  }

  close(): void {
    for (const end of this.#ends) end()
  }
}
