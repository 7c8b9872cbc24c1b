import manifest from '../package.json' with { type: 'json' }

/** How the agent calls itself, so that it can be told from Amazon's. */
export const agentName = 'fairlead-agent'
export const agentVersion: string = manifest.version
