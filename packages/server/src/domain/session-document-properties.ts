import type { ContentReader } from './content-reader.ts'
import type { SessionType } from './session.ts'
import type { SessionProperties } from './session-document.ts'

const longestCommand = 65_535
const port = '(?:[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])'

/**
 * What a session is about, in the words that agents read (agent reference, 8.7 and 8.8).
 *
 * @throws {ServiceError} InvalidDocumentContent, saying where
 */
export function readSessionProperties(reader: ContentReader, sessionType: SessionType): SessionProperties {
  return sessionType === 'Port' ? readPort(reader) : readCommands(reader, sessionType)
}

function readPort(reader: ContentReader): SessionProperties {
  reader.refuseOthers(['portNumber', 'localPortNumber', 'type', 'host', 'localUnixSocket', 'localConnectionType'])
  const read = {
    portNumber: reader.requiredText('portNumber', {
      max: 64,
      pattern: new RegExp(`^${port}$`),
      rule: 'must be a port from 1 to 65535, such as "22"',
    }),
    localPortNumber: reader.text('localPortNumber', {
      max: 64,
      pattern: new RegExp(`^(?:0|${port})$`),
      rule: 'must be a port from 0 to 65535, such as "8080"',
    }),
    type: reader.text('type', { max: 64, pattern: /^LocalPortForwarding$/, rule: 'must be LocalPortForwarding' }),
    host: reader.text('host', { max: 255, pattern: /^[A-Za-z0-9._:%-]+$/, rule: 'must be a host name or an address' }),
    localUnixSocket: reader.text('localUnixSocket', { max: 255 }),
    localConnectionType: reader.text('localConnectionType', { max: 64 }),
  }
  // What was left out stays out: agents and clients have their own defaults.
  return Object.fromEntries(Object.entries(read).filter(([key]) => reader.has(key)))
}

const platforms = ['linux', 'windows', 'macos'] as const

function readCommands(reader: ContentReader, sessionType: SessionType): SessionProperties {
  reader.refuseOthers(platforms)
  const given = platforms.filter((platform) => reader.has(platform))
  if (given.length === 0 && sessionType !== 'Standard_Stream') {
    throw reader.fault('linux', 'is required, or windows or macos: what is to be run there')
  }
  return Object.fromEntries(given.map((platform) => [platform, readCommand(reader.object(platform), sessionType)]))
}

/** Prefixes as agents allow them (agent reference, 8.7). */
const prefix = { max: 64, pattern: /^[0-9a-zA-Z\r\n_:-]{0,30}$/, rule: 'must be 30 letters, digits, _, : or - at most' }

function readCommand(reader: ContentReader, sessionType: SessionType): Readonly<Record<string, unknown>> {
  reader.refuseOthers([
    'commands',
    'runAsElevated',
    'separateOutputStream',
    'stdOutSeparatorPrefix',
    'stdErrSeparatorPrefix',
  ])
  const commands =
    sessionType === 'Standard_Stream'
      ? reader.text('commands', { max: longestCommand })
      : reader.requiredText('commands', { max: longestCommand })
  const runAsElevated = reader.flag('runAsElevated', false)
  if (sessionType !== 'NonInteractiveCommands') return { commands, runAsElevated }
  return {
    commands,
    runAsElevated,
    separateOutputStream: reader.flag('separateOutputStream', true),
    stdOutSeparatorPrefix: reader.text('stdOutSeparatorPrefix', prefix),
    stdErrSeparatorPrefix: reader.text('stdErrSeparatorPrefix', prefix),
  }
}
