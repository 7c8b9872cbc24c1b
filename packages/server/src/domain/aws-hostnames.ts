/** The names under which AWS serves, in a region, what is served here; one certificate names them all. */
export function awsHostnames(region: string): readonly string[] {
  const suffix = suffixOf(region)
  const regional = ['ssm', 'ssmmessages', 'ec2messages', 'kms', 'sts', 'resource-groups'].map(
    (service) => `${service}.${region}.${suffix}`,
  )
  return [...regional, ...globalNames(region, suffix)]
}

/**
 * Where the streams of a session go, as a URL without a path. Whoever started it under a name of AWS's gets one too: newer
 * clients of Amazon's take no other.
 *
 * @param calledUrl scheme, host and port that the caller used
 */
export function streamBase({ publicUrl, hostnames, region }: StreamPlaces, calledUrl: string): string {
  if (hostnames.includes(new URL(calledUrl).hostname)) return `https://ssmmessages.${region}.${suffixOf(region)}`
  return publicUrl ?? calledUrl
}

export interface StreamPlaces {
  readonly publicUrl: string | undefined
  /** Those of AWS's that are answered under; empty for none. */
  readonly hostnames: readonly string[]
  readonly region: string
}

function suffixOf(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
}

/** Services that have one name for a whole partition (botocore, data/endpoints.json). */
function globalNames(region: string, suffix: string): readonly string[] {
  if (region.startsWith('cn-')) return [`iam.cn-north-1.${suffix}`]
  if (region.startsWith('us-gov-')) return [`iam.us-gov.${suffix}`]
  return [`iam.${suffix}`, `sts.${suffix}`]
}
