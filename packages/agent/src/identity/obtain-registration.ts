import { ApiError, type ControlPlane } from '../api/control-plane.ts'
import { backoffMs } from '../channel/backoff.ts'
import type { Clock } from '../clock.ts'
import { type Log, reasonOf } from '../log.ts'
import { type Activation, type Registration, readRegistration, register } from './registration.ts'

export interface RegistrationWorld {
  readonly stateDirectory: string
  readonly activation: Activation | undefined
  readonly controlPlane: ControlPlane
  readonly clock: Clock
  readonly log: Log
  readonly reconnectCapMs: number
  readonly fingerprint: string
  random(): number
  readonly stopping: AbortSignal
}

/** The node cannot be registered so, however often it is tried. */
export class RegistrationRefused extends Error {
  override readonly name = 'RegistrationRefused'
}

const advice: Readonly<Record<string, string>> = {
  InvalidActivation:
    'Check --activation-id and --activation-code, or make a new activation: aws ssm create-activation --iam-role ROLE',
  InvalidActivationId: 'Check --activation-id, or make a new activation: aws ssm create-activation --iam-role ROLE',
  ActivationExpired: 'Make a new activation: aws ssm create-activation --iam-role ROLE --expiration-date …',
  RegistrationLimitExceeded:
    'The activation is used up. Make a new one: aws ssm create-activation --registration-limit N …',
}

/**
 * The registration in the state directory, else a new one. While the server cannot be reached it is tried again for ever.
 * Undefined when stopped meanwhile. Throws RegistrationRefused.
 */
export async function obtainRegistration(world: RegistrationWorld): Promise<Registration | undefined> {
  const stored = readRegistration(world.stateDirectory)
  if (stored !== undefined) return stored
  const { activation } = world
  if (activation === undefined) {
    throw new RegistrationRefused(
      'This machine is not registered yet. Make an activation (aws ssm create-activation --iam-role ROLE) and give it: --activation-id ID --activation-code CODE',
    )
  }
  for (let attempt = 0; !world.stopping.aborted; attempt++) {
    try {
      const made = await register(world.stateDirectory, activation, world.controlPlane, world.fingerprint)
      world.log.info('Registered', { nodeId: made.nodeId })
      return made
    } catch (error) {
      if (error instanceof ApiError && error.status < 500 && !isTransient(error.code)) {
        throw new RegistrationRefused(
          `The server refused to register this machine. ${advice[error.code] ?? ''}`.trim(),
          {
            cause: error,
          },
        )
      }
      const waitMs = backoffMs(attempt, world.reconnectCapMs, world.random())
      world.log.warn(`The machine could not be registered (${reasonOf(error)}); trying again`, { inMs: waitMs })
      await new Promise<void>((resolve) => {
        const cancel = world.clock.after(waitMs, resolve)
        world.stopping.addEventListener('abort', () => {
          cancel()
          resolve()
        })
      })
    }
  }
  return undefined
}

function isTransient(code: string): boolean {
  return code.includes('Throttl') || code.startsWith('TooMany')
}
