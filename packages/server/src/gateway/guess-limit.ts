import type { Protocol } from '@fairlead/wire/codec'
import type { ServiceError } from '../domain/error.ts'
import { refuse } from './refusal.ts'

/** Wrong proofs of identity that an address may show at once, and how many more it may each second after that. */
export interface GuessAllowance {
  readonly burst: number
  readonly perSecond: number
  /** Addresses that are remembered; the one that was quiet for longest makes room. */
  readonly addresses: number
}

/** A fleet behind one address that lost its keys still reads what is wrong; a guesser of codes does not get far. */
const usual: GuessAllowance = { burst: 500, perSecond: 5, addresses: 10_000 }

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
  readonly #now: () => Date
  readonly #allowance: GuessAllowance
  /** What is left to each address, the quietest first. */
  readonly #left = new Map<string, { guesses: number; at: number }>()

  constructor(now: () => Date, allowance: GuessAllowance = usual) {
    this.#now = now
    this.#allowance = allowance
  }

  /** What a caller who could not show who it is should be told: `error`, or that there were too many such. */
  answerTo(address: string, error: ServiceError, protocol: Protocol): ServiceError {
    if (!guesses.has(error.code) || this.#takes(networkOf(address))) return error
    return refuse('throttled', protocol, undefined, { cause: error })
  }

  #takes(network: string): boolean {
    const { burst, perSecond, addresses } = this.#allowance
    const at = this.#now().getTime()
    const known = this.#left.get(network) ?? { guesses: burst, at }
    // A clock that was set back gives nothing, and takes nothing.
    const left = Math.min(burst, known.guesses + (Math.max(0, at - known.at) / 1000) * perSecond)
    const isLeft = left >= 1
    this.#left.delete(network)
    this.#left.set(network, { guesses: isLeft ? left - 1 : left, at })
    if (this.#left.size > addresses) {
      const [quietest] = this.#left.keys()
      if (quietest !== undefined) this.#left.delete(quietest)
    }
    return isLeft
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
