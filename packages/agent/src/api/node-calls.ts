import type { Clock } from '../clock.ts'
import { isObject } from '../disk/read-text.ts'
import type { KeySource } from '../identity/key-source.ts'
import { ApiError, type ControlPlane } from './control-plane.ts'
import { retriedCall } from './retried-call.ts'

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

/** Calls that are tried again when the network or the server failed them. */
export function nodeCalls(controlPlane: ControlPlane, keys: KeySource, clock: Clock): NodeCalls {
  const call = (operation: string, input: unknown) =>
    retriedCall((signer) => controlPlane.callSsm(operation, input, signer), keys, clock)
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
