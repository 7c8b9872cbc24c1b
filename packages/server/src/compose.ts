import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { DiskAgentBundles } from './blobs/agent-bundles/disk-agent-bundles.ts'
import { openDiskBlobs } from './blobs/disk/disk.ts'
import { openDiskRecordings } from './blobs/recordings/disk-recordings.ts'
import { InProcessBus } from './bus/in-process-bus.ts'
import { openChannels } from './channels/channels.ts'
import { Recordings } from './channels/sessions/recording/recordings.ts'
import type { Config } from './config.ts'
import { connectionsPossible } from './connections-possible.ts'
import { Dispatcher } from './dispatch/dispatcher.ts'
import { bundleFileName } from './domain/agent-bundles.ts'
import { awsHostnames } from './domain/aws-hostnames.ts'
import type { Clock } from './domain/clock.ts'
import { Audit } from './events/audit.ts'
import { dropAudit } from './events/audit-files.ts'
import { Journal } from './events/journal.ts'
import type { Log } from './events/log.ts'
import { Metrics } from './events/metrics.ts'
import { RefusalSummary } from './events/refusal-summary.ts'
import { AuditTrail } from './gateway/audit-trail.ts'
import { Authenticator } from './gateway/authenticate.ts'
import { Authorizer } from './gateway/authorize.ts'
import { ContextMaker } from './gateway/context-maker.ts'
import { FrontDoor } from './gateway/front-door.ts'
import { Gateway } from './gateway/gateway.ts'
import { GuessLimit } from './gateway/guess-limit.ts'
import { Health } from './gateway/health.ts'
import { HttpsIssuerKeys } from './gateway/https-issuer-keys.ts'
import { Listeners } from './gateway/listeners.ts'
import { awsCertificate, serverCertificate } from './gateway/private-ca.ts'
import { SessionTokens } from './gateway/session-token.ts'
import { Upgrades } from './gateway/upgrade.ts'
import { HistorySweep } from './history-sweep.ts'
import {
  followRootKey,
  removeServerFile,
  writeCredentials,
  writeMetricsToken,
  writeServerFile,
} from './installation.ts'
import { makeFolder } from './make-folder.ts'
import { operations } from './operations/registry.ts'
import { randomPool } from './random-pool.ts'
import { ensurePreferences } from './store/documents/first-preferences.ts'
import { KeySweep } from './store/keys/key-sweep.ts'
import { openStore } from './store/open-store.ts'
import { ParameterSweep } from './store/parameters/parameter-sweep.ts'
import { probe } from './store/probe.ts'
import { resealSecrets } from './store/reseal.ts'
import { uuid } from './uuid.ts'

/** Everything that a server takes from outside besides its configuration. */
export interface Platform {
  readonly clock: Clock
  readonly randomBytes: (length: number) => Uint8Array
  readonly log: Log
}

export interface RunningServer {
  /** One URL per listener, with the ports that were really taken. */
  readonly urls: readonly string[]
  /** Of addresses that take CONNECT and nothing else. */
  readonly proxyUrls: readonly string[]
  /** DIR/credentials: the root access key as an AWS shared-credentials file. */
  readonly credentialsFile: string
  /** DIR/tls/ca.pem, when there is an https listener. */
  readonly caFile: string | undefined
  /** Settles when the server cannot go on: its database writer has stopped. Stop it then, and start anew. */
  readonly failure: Promise<Error>
  /** Finishes what runs, for `patienceMs` at most, and closes channels politely. May be called once. */
  stop(patienceMs: number): Promise<void>
}

/**
 * Configuration in, running server out: the one place that knows every part. Tests call it as the
 * program does.
 */
export async function startServer(config: Config, platform: Platform): Promise<RunningServer> {
  const { clock, randomBytes, log } = platform
  const scope = { account: config.accountId, region: config.region }
  const now = () => clock.now()
  const randomHex = (bytes: number) => Buffer.from(randomBytes(bytes)).toString('hex')
  const randomForIds = randomPool(randomBytes)
  const newId = () => uuid(randomForIds(16))
  makeFolder(config.dataDir)

  const bus = new InProcessBus()
  const metrics = new Metrics()
  const failure = Promise.withResolvers<Error>()
  const { store, vault, database } = await openStore({
    dataDir: config.dataDir,
    masterKey: config.masterKey,
    scope,
    now,
    randomBytes,
    announce: (hint) => bus.publish(hint),
    lost: failure.resolve,
  })
  // A start that fails from here on lets go of the data directory, and leaves no thread that keeps the process alive.
  await using opened = new AsyncDisposableStack()
  opened.defer(() => database.close())
  const blobs = openDiskBlobs({ directory: join(config.dataDir, 'outputs'), now })
  opened.defer(() => blobs.close())
  const agentBundles = new DiskAgentBundles(config.dataDir, vault, now)
  try {
    agentBundles.signingKey.reseal()
    const refused = agentBundles.unvouched().map(bundleFileName)
    if (refused.length > 0) {
      log.warn(
        { versions: refused },
        'nodes refuse these versions of the agent: another key signed them than DIR/agent-bundles/signing-key. Put that one back from a backup, or publish them again',
      )
    }
  } catch (error) {
    log.error({ err: error }, 'the key that signs versions of the agent cannot be used')
  }
  const auditFolder = join(config.dataDir, 'audit')
  const audit = new Audit(auditFolder, clock, {
    failed: (error) => log.error({ err: error }, 'the audit cannot be written; requests are served nevertheless'),
    mended: (lost) => log.warn({ lost }, 'the audit is written again'),
  })
  const refusals = new RefusalSummary(clock, (record) => audit.write(record))
  metrics.gauge('fairlead_audit_lost_lines', 'Lines of the audit that could not be written', () => audit.lostLines)
  const journal = new Journal({ bus, log, metrics })
  await ensurePreferences(store.documents, now())
  const credentialsFile = await writeCredentials({ dataDir: config.dataDir, store, now, randomHex })
  followRootKey({ dataDir: config.dataDir, store }, log)

  const hostnames = config.awsHostnames ? awsHostnames(config.region) : []
  const streamPlaces = { publicUrl: config.publicUrl, hostnames, region: config.region }
  const recordings = new Recordings({
    settings: { ...config.recordings, keptDays: config.historyDays },
    recordings: store.recordings,
    sessions: store.sessions,
    files: openDiskRecordings({ directory: join(config.dataDir, 'recordings'), random: randomForIds }),
    vault,
    clock,
    newId,
    randomBytes,
    log,
    counters: metrics,
  })
  const recorders = recordings
  const channels = openChannels({ recorders, store, bus, clock, log, metrics, randomBytes, newId, scope, streamPlaces })
  const dispatcher = new Dispatcher({ store, blobs, bus, links: channels.links, clock, scope, log, newId })
  channels.listenTo(dispatcher.reports)

  const keySweep = new KeySweep({ keys: store.keys, clock, randomBytes, log })
  const parameterSweep = new ParameterSweep({ parameters: store.parameters, clock, log })

  const sessionTokens = new SessionTokens(vault, randomHex)
  const authenticator = new Authenticator({ store, scope, sessionTokens, now })
  const authorizer = new Authorizer(store)
  const contexts = new ContextMaker({
    issuerKeys: new HttpsIssuerKeys(() => clock.ticks()),
    scope,
    store,
    blobs,
    agentBundles,
    nodeMail: channels.nodeMail,
    channelTokens: channels.tokens,
    sessionLinks: channels.sessionLinks,
    recordings,
    commandWatches: channels.commandWatches,
    maxPendingInvocations: config.maxPendingInvocations,
    findAudited: (requestId, signal) => audit.find(requestId, signal),
    authorizer,
    sessionTokens,
    now,
    newId,
    randomHex,
  })
  const auditTrail = new AuditTrail(refusals, metrics, () => clock.ticks())
  const guesses = new GuessLimit(() => clock.ticks())
  const gateway = new Gateway({
    authenticator,
    authorizer,
    audit: auditTrail,
    operations,
    contexts,
    guesses,
    log,
  })
  const upgrades = new Upgrades({
    authenticator,
    authorizer,
    operations,
    scope,
    clock,
    accept: channels.accept,
    acceptData: channels.acceptData,
    audit: auditTrail,
    guesses,
    newId,
    log,
  })
  const metricsToken = writeMetricsToken(config.dataDir, randomHex)
  const health = new Health({
    clock,
    probe: () => probe(database, config.dataDir),
    complaints: () => (audit.isFailing ? ['the audit cannot be written'] : []),
  })
  void failure.promise.then(({ message }) => health.failed(message))
  const frontDoor = new FrontDoor({ gateway, health, metrics, metricsToken, clock, newId })

  const hosts = [
    ...config.listen.map(({ host }) => host),
    ...(config.publicUrl === undefined ? [] : [new URL(config.publicUrl).hostname]),
  ]
  const tlsFolder = join(config.dataDir, 'tls')
  const secure = config.listen.some((address) => address.secure)
  const certificate = secure ? await serverCertificate({ folder: tlsFolder, vault, hosts, now: now() }) : undefined
  const aws = config.awsHostnames
    ? {
        names: hostnames,
        certificate: await awsCertificate({ folder: tlsFolder, vault, hosts: hostnames, now: now() }),
      }
    : undefined
  const listeners = new Listeners({
    certificate,
    aws,
    maxConnections: boundedConnections(config.maxConnections, log),
    counters: metrics,
    onRequest: (request: IncomingMessage, response: ServerResponse) => frontDoor.receive(request, response),
    onUpgrade: (request, socket, head) => upgrades.handle(request, socket, head),
  })

  const urls: string[] = []
  const proxyUrls: string[] = []
  opened.defer(() => listeners.abandon())
  for (const address of config.listen) (address.isProxy ? proxyUrls : urls).push(await listeners.open(address))
  const caFile = secure || config.awsHostnames ? join(tlsFolder, 'ca.pem') : undefined
  writeServerFile(config, { urls, proxyUrls, credentialsFile, caFile, startedAt: now() })
  opened.move()
  const { commands, sessions } = store
  const history = new HistorySweep({
    clock,
    log,
    days: config.historyDays,
    histories: [
      { name: 'commands', drop: (before) => commands.dropEnded(before) },
      { name: 'sessions', drop: (before) => sessions.dropEnded(before) },
      // After the commands whose outputs they are.
      { name: 'outputs', drop: (before) => blobs.sweep(before).then(() => false) },
      { name: 'audit', drop: (before) => dropAudit(auditFolder, before).then(() => false) },
    ],
  })
  history.start()
  dispatcher.start()
  channels.start()
  recordings.start()
  keySweep.start()
  parameterSweep.start()
  const stopping = new AbortController()
  const resealed = resealSecrets({ database, vault, log, signal: stopping.signal })
  health.ready()

  return {
    urls,
    proxyUrls,
    credentialsFile,
    caFile,
    failure: failure.promise,
    async stop(patienceMs) {
      health.stopping()
      stopping.abort()
      const callOff = clock.after(patienceMs, () => listeners.closeNow())
      channels.close()
      await recordings.close()
      await keySweep.close()
      await parameterSweep.close()
      await listeners.close()
      await dispatcher.stop()
      await history.close()
      callOff()
      journal.close()
      refusals.flush()
      await audit.close()
      await blobs.close()
      await resealed
      await database.close()
      removeServerFile(config.dataDir)
    },
  }
}

function boundedConnections(wanted: number, log: Log): number {
  const possible = connectionsPossible() ?? wanted
  if (possible < wanted) log.warn({ wanted, possible }, 'fewer connections are served: raise the limit of open files')
  return Math.min(wanted, possible)
}
