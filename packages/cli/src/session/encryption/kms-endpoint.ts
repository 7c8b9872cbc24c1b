type Environment = Readonly<Record<string, string | undefined>>

/**
 * Where KMS is called. The variable that names it wins; then the endpoint that sessions were started at, since one port serves
 * every service here, unless it is one of AWS's own; then AWS's, which a proxy or a name server may lead to us.
 */
export function kmsEndpoint(sessionEndpoint: string, region: string, environment: Environment): string {
  const named = environment['AWS_ENDPOINT_URL_KMS']
  if (named) return named
  if (!isOfAws(sessionEndpoint)) return sessionEndpoint
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return environment['AWS_ENDPOINT_URL'] || `https://kms.${region}.${suffix}`
}

/** One that no other service answers at. */
function isOfAws(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false
  return /(?:^|\.)amazonaws\.com(?:\.cn)?$/.test(new URL(endpoint).hostname)
}
