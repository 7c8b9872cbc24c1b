import type { Protocol } from '@fairlead/wire/codec'
import type { Caller } from '../domain/caller.ts'
import type { ServiceError } from '../domain/error.ts'
import { type Allowance, Allowances } from './allowances.ts'
import { refuse } from './refusal.ts'

/** A fleet behind one address that lost its keys still reads what is wrong; a guesser of codes does not get far. */
const ofAddresses: Allowance = { burst: 500, perSecond: 5, remembered: 10_000 }

/** People mistype; programs that guess what people choose must not get through a list. */
const ofCallers: Allowance = { burst: 10, perSecond: 1 / 30, remembered: 10_000 }

/** Unknown keys, wrong signatures and tokens, and wrong activation codes, in the words of each protocol. */
const guesses: ReadonlySet<string> = new Set([
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'InvalidActivation',
])

/**
 * Counts failed proofs of identity by source address. Who shows too many is told to slow down, as AWS tells
 * it, instead of what was wrong. Right proofs are never counted, delayed or refused: somebody behind the
 * address of a guesser is not locked out.
 */
export class GuessLimit {
  readonly #addresses: Allowances
  readonly #callers: Allowances

  constructor(ticks: () => number, allowance: Allowance = ofAddresses) {
    this.#addresses = new Allowances(ticks, allowance)
    this.#callers = new Allowances(ticks, ofCallers)
  }

  /** What a caller who could not show who it is should be told: `error`, or that there were too many such. */
  answerTo(address: string, error: ServiceError, protocol: Protocol): ServiceError {
    if (!guesses.has(error.code) || this.#addresses.take(networkOf(address))) return error
    return refuse('throttled', protocol, undefined, { cause: error })
  }

  /**
   * Before a known caller shows a secret that a person chose. Each try counts, right or wrong: ten at once are as
   * many as ten one after the other.
   *
   * @throws {ServiceError} throttling
   */
  countTry(caller: Caller, protocol: Protocol): void {
    if (!this.#callers.take(caller.arn)) throw refuse('throttled', protocol)
  }
}

/** Whoever has one IPv6 address has a network of them: the first 64 bits count. */
function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::', 2)
  const groups = head.split(':')
  if (tail === undefined) return groups.slice(0, 4).join(':')
  const behind = tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - behind.length) }, () => '0')
  return [...groups, ...zeros, ...behind].slice(0, 4).join(':')
}
