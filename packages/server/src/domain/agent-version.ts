import manifest from '../../package.json' with { type: 'json' }

/**
 * The newest release of each agent that this release of Fairlead knows. Its own agent is released
 * together with it; of Amazon's it is the newest that we have read.
 */
const newest: Readonly<Record<string, readonly number[]>> = {
  'fairlead-agent': partsOf(manifest.version),
  'amazon-ssm-agent': partsOf('3.3.1142.0'),
}

/**
 * Whether an agent needs no update; undefined for an agent that we know nothing of. Our own agent is measured by what nodes of
 * its platform can fetch here, if there is something.
 */
export function isLatestVersion(
  agentName: string,
  agentVersion: string,
  published: string | undefined,
): boolean | undefined {
  const released = Object.hasOwn(newest, agentName) ? newest[agentName] : undefined
  const known = agentName === 'fairlead-agent' && published !== undefined ? partsOf(published) : released
  if (known === undefined) return undefined
  return compareParts(partsOf(agentVersion), known) >= 0
}

/** Negative when `left` is the older one, positive when it is the newer one. */
export function compareVersions(left: string, right: string): number {
  return compareParts(partsOf(left), partsOf(right))
}

function compareParts(left: readonly number[], right: readonly number[]): number {
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** What is no number counts as the oldest. */
function partsOf(version: string): readonly number[] {
  return version.split('.').map((part) => (/^\d{1,9}$/.test(part) ? Number(part) : -1))
}
