/** A request as it came over the wire. Strings are as Node gives them: one character for each byte. */
export interface RawRequest {
  readonly method: string
  /** Path and query exactly as sent: not decoded, not normalised. */
  readonly target: string
  /** name, value, name, value …, in the order and the case they came in. */
  readonly rawHeaders: readonly string[]
}

/** The region, service and day that a signing key is good for. */
export interface SigningScope {
  /** YYYYMMDD */
  readonly date: string
  readonly region: string
  readonly service: string
}

/** What a request says about its own signature. Nothing in it is proved. */
export interface SignatureClaim extends SigningScope {
  readonly form: 'header' | 'query'
  readonly algorithm: 'AWS4-HMAC-SHA256'
  readonly accessKeyId: string
  /** `date/region/service/aws4_request` */
  readonly scope: string
  /** YYYYMMDDTHHMMSSZ */
  readonly timestamp: string
  /** Lower case, ascending, no duplicates; holds `host`. */
  readonly signedHeaders: readonly string[]
  /** 64 hex digits, or the base64 of an RSA-PSS signature when a managed node signs with its own key. */
  readonly signature: string
  /** Seconds, 1 to 604800; in the query form only. */
  readonly expires?: number | undefined
  readonly sessionToken?: string | undefined
  /** As sent in x-amz-content-sha256; only S3 believes it. */
  readonly contentSha256?: string | undefined
}
