import { type IssuerKeys, IssuerUnreachable, type KeySet } from '../domain/issuer-keys.ts'
import { certificateChain, fetchJson, isCertificateFault, type Trust } from './issuer-request.ts'

const freshForMs = 10 * 60_000
/** Keys that were found not to be enough are asked for again this often at most, whoever sends what tokens. */
const askedEveryMs = 30_000
const mostIssuers = 200

interface Known {
  readonly at: number
  readonly keys: Promise<KeySet>
}

/** Keeps keys of issuers for a while; one question at a time for each of them. */
export class HttpsIssuerKeys implements IssuerKeys {
  readonly #ticks: () => number
  readonly #known = new Map<string, Known>()

  /** @param ticks milliseconds of a clock that nobody sets */
  constructor(ticks: () => number) {
    this.#ticks = ticks
  }

  async keysOf(url: string, thumbprints: readonly string[], isStale: boolean): Promise<KeySet> {
    const name = [url, ...thumbprints].join(' ')
    const at = this.#ticks()
    const known = this.#known.get(name)
    if (known !== undefined && at - known.at < (isStale ? askedEveryMs : freshForMs)) return await known.keys
    if (this.#known.size >= mostIssuers) this.#known.clear()
    const keys = askForKeys(url, thumbprints)
    const asked = { at, keys }
    this.#known.set(name, asked)
    // A failure is told to those who wait, and the next one asks anew.
    keys.catch(() => this.#known.get(name) === asked && this.#known.delete(name))
    return await keys
  }

  async thumbprintOf(url: string): Promise<string> {
    try {
      const last = (await certificateChain(new URL(`https://${url}`))).at(-1)
      if (last !== undefined) return last.thumbprint
    } catch (error) {
      throw new IssuerUnreachable(`https://${url} cannot be reached`, { cause: error })
    }
    throw new IssuerUnreachable(`https://${url} shows no certificate`)
  }
}

/** By discovery (OpenID Connect Discovery 1.0, section 4). */
async function askForKeys(url: string, thumbprints: readonly string[]): Promise<KeySet> {
  const issuer = `https://${url}`
  try {
    const path = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
    const configuration = await ask(new URL(path), thumbprints)
    if (configuration['issuer'] !== issuer) throw new Error('It calls itself by another name')
    const place = new URL(String(configuration['jwks_uri']))
    if (place.protocol !== 'https:') throw new Error('Its keys are not given over HTTPS')
    const { keys } = await ask(place, thumbprints)
    if (!Array.isArray(keys)) throw new Error('Its keys are no list')
    return { keys: keys.filter((key) => typeof key === 'object' && key !== null) }
  } catch (error) {
    throw new IssuerUnreachable(`The keys of ${issuer} cannot be had`, { cause: error })
  }
}

async function ask(url: URL, thumbprints: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await fetchJson(url)
  } catch (error) {
    if (thumbprints.length === 0 || !isCertificateFault(error)) throw error
    const vouching = (await certificateChain(url)).find(({ thumbprint }) => thumbprints.includes(thumbprint))
    if (vouching === undefined) throw error
    // Shown without proof so far: the whole chain is verified up to it now.
    const trust: Trust = { ca: vouching.pem, allowPartialTrustChain: true }
    return await fetchJson(url, trust)
  }
}
