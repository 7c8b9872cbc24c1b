import type { Clock } from '../clock.ts'
import { isObject } from '../disk/read-text.ts'
import type { KeySource } from '../identity/key-source.ts'
import { ApiError, type ControlPlane } from './control-plane.ts'

/** A parameter of Parameter Store, as GetParameters answers it. */
export interface StoredParameter {
  readonly name: string
  /** `String`, `StringList` or `SecureString`. */
  readonly type: string
  /** In clear when it was asked for decrypted. */
  readonly value: string
  readonly version: number
  /** `:3` or `:label` when it was asked for so. */
  readonly selector: string
}

/** The service calls that documents make necessary, under the role of the node. */
export interface NodeCalls {
  /** At most ten names; those that there are not are left out. Throws ApiError, or the network's error. */
  getParameters(names: readonly string[], isDecrypted: boolean): Promise<readonly StoredParameter[]>
  /** The content of a document, as JSON. Throws as `getParameters`. */
  getDocument(name: string, version: string | undefined): Promise<string>
}

const mostTries = 4
const firstWaitMs = 1_000

/** Calls that are tried again, 1, 2 and 4 seconds later, when the network or the server failed them. */
export function nodeCalls(controlPlane: ControlPlane, keys: KeySource, clock: Clock): NodeCalls {
  const callOnce = async (operation: string, input: unknown) => {
    try {
      return await controlPlane.callSsm(operation, input, await keys.signer())
    } catch (error) {
      if (error instanceof ApiError && isAboutKeys(error)) keys.forget()
      throw error
    }
  }
  const call = async (operation: string, input: unknown) => {
    for (let tries = 1; ; tries++) {
      try {
        return await callOnce(operation, input)
      } catch (error) {
        if (tries === mostTries || !mayPass(error)) throw error
        await new Promise<void>((resolve) => clock.after(firstWaitMs * 2 ** (tries - 1), resolve))
      }
    }
  }
  return {
    async getParameters(names, isDecrypted) {
      const { Parameters } = await call('GetParameters', { Names: names, WithDecryption: isDecrypted })
      return Array.isArray(Parameters) ? Parameters.filter(isObject).map(readParameter) : []
    },
    async getDocument(name, version) {
      const input = {
        Name: name,
        DocumentFormat: 'JSON',
        ...(version === undefined ? {} : { DocumentVersion: version }),
      }
      const { Content } = await call('GetDocument', input)
      if (typeof Content === 'string') return Content
      throw new ApiError('GetDocument', 200, 'InvalidAnswer', 'there is no Content in it')
    },
  }
}

function readParameter(found: Readonly<Record<string, unknown>>): StoredParameter {
  const { Name, Type, Value, Version, Selector } = found
  return {
    name: String(Name),
    type: String(Type),
    value: String(Value),
    version: Number(Version),
    selector: typeof Selector === 'string' ? Selector : '',
  }
}

function isAboutKeys({ code }: ApiError): boolean {
  return /^(?:ExpiredToken|ExpiredTokenException|UnrecognizedClientException|InvalidClientTokenId)$/.test(code)
}

function mayPass(error: unknown): boolean {
  if (!(error instanceof ApiError)) return true
  return error.status >= 500 || isAboutKeys(error) || /throttl|TooManyRequests|RequestLimitExceeded/i.test(error.code)
}
