export interface S3Location {
  readonly bucket: string
  /** Decoded; a folder's ends in `/`. */
  readonly key: string
  readonly region: string | undefined
}

// As Amazon's agent reads them (s3uri.go); a host name is 253 characters at most.
const amazonHost =
  /^(?:(.+)\.)?s3[.-](?:website[-.])?(?:accelerate\.)?(?:dualstack[-.])?(?:([-a-z0-9]+)\.)?amazonaws\.com(?:\.cn)?$/

/**
 * Reads `https://BUCKET.HOST/KEY`, `https://HOST/BUCKET/KEY` and `s3://BUCKET/KEY`, where HOST is one of AWS's or that of
 * `endpoint`. Undefined when it is none of them.
 */
export function readS3Url(text: string, endpoint: URL | undefined): S3Location | undefined {
  // S3's own pages write blanks in URLs as `+`.
  const plain = text.replaceAll('+', '%20')
  const url = URL.canParse(plain) ? new URL(plain) : undefined
  const path = url && decode(url.pathname.slice(1))
  if (url === undefined || path === undefined || url.host.length > 253) return undefined

  const styled = url.protocol === 's3:' ? { bucket: url.host } : bucketInHost(url, endpoint)
  if (styled === undefined) return undefined
  const location =
    styled.bucket === undefined ? { ...styled, ...splitPath(path) } : { ...styled, bucket: styled.bucket, key: path }
  const isRight = /^[\w.-]{3,255}$/.test(location.bucket) && Buffer.byteLength(location.key) <= 1024
  return isRight ? { region: undefined, ...location } : undefined
}

function bucketInHost(
  { protocol, host, hostname }: URL,
  endpoint: URL | undefined,
): { readonly bucket: string | undefined; readonly region?: string | undefined } | undefined {
  if (protocol !== 'https:' && protocol !== 'http:') return undefined
  if (endpoint !== undefined && host === endpoint.host) return { bucket: undefined }
  if (endpoint !== undefined && host.endsWith(`.${endpoint.host}`)) {
    return { bucket: host.slice(0, -endpoint.host.length - 1) }
  }
  const amazon = amazonHost.exec(hostname)
  return amazon === null ? undefined : { bucket: amazon[1], region: amazon[2] }
}

function splitPath(path: string): { readonly bucket: string; readonly key: string } {
  const slash = path.indexOf('/')
  return slash < 0 ? { bucket: path, key: '' } : { bucket: path.slice(0, slash), key: path.slice(slash + 1) }
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
