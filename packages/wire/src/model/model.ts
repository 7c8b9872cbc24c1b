/**
 * A service model as the generator writes it and as the codecs read it: AWS's facts about a service
 * (names, shapes, bounds, errors) without its prose. The tables of the operations that are in no
 * public SDK have the same form and are written by hand in `own/`.
 */
export interface Model {
  /** The botocore release the table was made from; absent from the tables written by hand. */
  readonly botocore?: string
  readonly metadata: ModelMetadata
  readonly operations: Readonly<Record<string, ModelOperation>>
  /** By error code as it stands on the wire. */
  readonly errors: Readonly<Record<string, ModelError>>
  readonly shapes: Readonly<Record<string, ModelShape>>
}

/** What identifies a service on the wire. */
export interface ModelMetadata {
  readonly protocol: 'json' | 'rest-json' | 'query' | 'rest-channel'
  readonly apiVersion: string
  readonly signingName: string
  /** `X-Amz-Target` prefixes without the dot; empty unless the protocol is json. */
  readonly targetPrefixes: readonly string[]
  /** Namespace of the query protocol's answers. */
  readonly xmlNamespace?: string
}

/** One operation; `input` and `output` name structures. */
export interface ModelOperation {
  readonly input?: string
  readonly output?: string
  /** The element that wraps the answer in the query protocol; for rest-channel the root element. */
  readonly resultWrapper?: string
  readonly errors: readonly string[]
  readonly paginated?: true
  /** Present where it is not `POST /`. */
  readonly http?: { readonly method: string; readonly path: string; readonly status: number }
}

/** HTTP status of an error, and whether the caller is to blame. */
export interface ModelError {
  readonly status: number
  readonly senderFault: boolean
}

/** A member or list element: a shape name, or one with its own name, or its own place, on the wire. */
export type ModelReference =
  | string
  | {
      readonly shape: string
      readonly locationName?: string
      readonly flattened?: true
      /** Where it stands when not in the body: rest-json alone has it. */
      readonly location?: 'uri' | 'querystring'
    }

/** One shape. Bounds are of the value, the length in characters, or the number of items, as the type has it. */
export interface ModelShape {
  readonly type:
    | 'structure'
    | 'list'
    | 'map'
    | 'string'
    | 'integer'
    | 'long'
    | 'float'
    | 'double'
    | 'boolean'
    | 'timestamp'
    | 'blob'
  readonly members?: Readonly<Record<string, ModelReference>>
  readonly required?: readonly string[]
  readonly union?: true
  readonly member?: ModelReference
  readonly key?: ModelReference
  readonly value?: ModelReference
  readonly flattened?: true
  readonly min?: number
  readonly max?: number
  readonly pattern?: string
  readonly enum?: readonly string[]
  readonly sensitive?: true
}
