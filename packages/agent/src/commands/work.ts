import { reasonOf } from '../log.ts'
import type { KillReason } from '../process/step-folder.ts'
import type { Running } from './attention.ts'

/** What became of something that the agent itself did for a step. */
export type WorkOutcome<Done> =
  | { readonly kind: 'done'; readonly done: Done }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'killed'; readonly reason: KillReason }

/** Why work gives up that was cancelled, or took too long; unlike work whose agent stops. */
export class StepStopped extends Error {
  override readonly name = 'StepStopped'
}

/**
 * Begins something that the agent does itself. It ends with the agent, so it must be such that the next one can begin
 * it anew. `act` has to give up when its signal says so, and may take its time for tidying up.
 */
export function startWork<Done>(act: (signal: AbortSignal) => Promise<Done>): Running<WorkOutcome<Done>> {
  const giveUp = new AbortController()
  let killReason: KillReason | undefined
  let isLeft = false
  const outcome = new Promise<WorkOutcome<Done>>((resolve) => {
    const settle = (outcome: WorkOutcome<Done>) => {
      if (!isLeft) resolve(outcome)
    }
    act(giveUp.signal).then(
      (done) => settle({ kind: 'done', done }),
      (error: unknown) => {
        if (killReason === undefined) settle({ kind: 'failed', reason: reasonOf(error) })
        else settle({ kind: 'killed', reason: killReason })
      },
    )
  })
  return {
    outcome,
    kill(reason) {
      killReason ??= reason
      giveUp.abort(new StepStopped('the step was stopped'))
    },
    leave() {
      isLeft = true
      giveUp.abort(new Error('the agent stops'))
    },
  }
}

/** What a promise comes to, or the signal's reason as soon as it is given: for what has nothing to tidy up. */
export function orAborted<Done>(promise: Promise<Done>, signal: AbortSignal): Promise<Done> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason)
    if (signal.aborted) giveUp()
    signal.addEventListener('abort', giveUp, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp))
  })
}
