import type { RequestSigner } from '@fairlead/wire/sigv4'
import { type ControlPlane, type RoleCredentials, roleSigner } from '../api/control-plane.ts'
import type { Clock } from '../clock.ts'
import { writeWhole } from '../disk/durable-file.ts'
import { type Log, reasonOf } from '../log.ts'
import { makeKeyPair, signPss } from './key-pair.ts'
import type { KeySource } from './key-source.ts'
import { type Registration, saveRegistration } from './registration.ts'
import { credentialsFile, writeSharedCredentials } from './shared-credentials.ts'

/** The role's keys of this node: asked for when first needed, and again at half their life. */
export class RoleKeys implements KeySource {
  readonly #stateDirectory: string
  readonly #controlPlane: ControlPlane
  readonly #clock: Clock
  readonly #log: Log
  #registration: Registration
  #credentials: RoleCredentials | undefined
  #refreshAt = 0
  #asking: Promise<RoleCredentials> | undefined
  #isEnded = false

  constructor(
    registration: Registration,
    world: { stateDirectory: string; controlPlane: ControlPlane; clock: Clock; log: Log },
  ) {
    this.#registration = registration
    this.#stateDirectory = world.stateDirectory
    this.#controlPlane = world.controlPlane
    this.#clock = world.clock
    this.#log = world.log
  }

  /** A file that AWS's tools read: scripts find the role's keys in it. */
  get credentialsFile(): string {
    return credentialsFile(this.#stateDirectory)
  }

  /** Milliseconds from now until the keys should be asked for again. */
  get refreshInMs(): number {
    return Math.max(0, this.#refreshAt - this.#clock.now())
  }

  /** Throws ApiError or the network's error when there are no keys and none can be had. */
  async signer(): Promise<RequestSigner> {
    const current = this.#credentials
    if (current !== undefined && this.#clock.now() < this.#refreshAt) return roleSigner(current)
    try {
      return roleSigner(await this.refresh())
    } catch (error) {
      if (current === undefined || this.#clock.now() >= current.expiresAt) throw error
      this.#log.warn('The role keys could not be renewed yet; the old ones still hold', { reason: reasonOf(error) })
      return roleSigner(current)
    }
  }

  /** The server did not take the keys: the next call asks for others. */
  forget(): void {
    this.#credentials = undefined
  }

  /** Asks for new keys now; what is asked already is asked once. */
  refresh(): Promise<RoleCredentials> {
    if (this.#isEnded) return Promise.reject(new Error('The agent has stopped.'))
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  /**
   * Asks for nothing more. Resolves once what is being asked is settled: of two agents that change the node's key at a time
   * one would write down a key that the server does not know.
   */
  async end(): Promise<void> {
    this.#isEnded = true
    await this.#asking?.catch(() => undefined)
  }

  async #ask(): Promise<RoleCredentials> {
    const token = await this.#requestToken()
    const asked = this.#clock.now()
    const { AccessKeyId, SecretAccessKey, SessionToken, TokenExpirationDate, UpdateKeyPair } = token
    const credentials: RoleCredentials = {
      accessKeyId: text(AccessKeyId),
      secretAccessKey: text(SecretAccessKey),
      sessionToken: text(SessionToken),
      expiresAt: Number(TokenExpirationDate) * 1000,
    }
    if (!(credentials.expiresAt > asked)) {
      throw new Error(
        `The role keys had expired when they came. Is the clock of this node right? It says ${new Date(asked).toISOString()}.`,
      )
    }
    this.#credentials = credentials
    this.#refreshAt = asked + (credentials.expiresAt - asked) / 2
    writeWhole(this.credentialsFile, writeSharedCredentials(credentials))
    if (UpdateKeyPair === true) await this.#changeKey()
    return credentials
  }

  async #requestToken(): Promise<Readonly<Record<string, unknown>>> {
    try {
      return await this.#requestTokenWith(this.#registration.privateKey)
    } catch (error) {
      const { nextPrivateKey } = this.#registration
      if (nextPrivateKey === undefined) throw error
      // A change of keys was cut short: the server may know the new one.
      const token = await this.#requestTokenWith(nextPrivateKey)
      await this.#settleOn(nextPrivateKey)
      return token
    }
  }

  #requestTokenWith(privateKey: string): Promise<Readonly<Record<string, unknown>>> {
    const input = { Fingerprint: this.#registration.fingerprint }
    return this.#controlPlane.callSsm('RequestManagedInstanceRoleToken', input, this.#keySigner(privateKey))
  }

  // Written down before it is offered, so that neither side can be left with a key that the other lost.
  async #changeKey(): Promise<void> {
    try {
      const keys = await makeKeyPair()
      this.#registration = { ...this.#registration, nextPrivateKey: keys.privateKey }
      await saveRegistration(this.#stateDirectory, this.#registration)
      const input = { NewPublicKey: keys.publicKey, NewPublicKeyType: 'Rsa' }
      const oldKey = this.#keySigner(this.#registration.privateKey)
      await this.#controlPlane.callSsm('UpdateManagedInstancePublicKey', input, oldKey)
      await this.#settleOn(keys.privateKey)
      this.#log.info('The key of this node was changed, as the server asked')
    } catch (error) {
      this.#log.warn('The key of this node could not be changed; it is tried again with the next token', {
        reason: reasonOf(error),
      })
    }
  }

  async #settleOn(privateKey: string): Promise<void> {
    const { nodeId, region, fingerprint } = this.#registration
    this.#registration = { nodeId, region, fingerprint, privateKey }
    await saveRegistration(this.#stateDirectory, this.#registration)
  }

  #keySigner(privateKey: string): RequestSigner {
    return { accessKeyId: this.#registration.nodeId, sign: (toSign) => signPss(privateKey, toSign) }
  }
}

function text(value: unknown): string {
  if (typeof value !== 'string' || value === '')
    throw new Error('The answer to RequestManagedInstanceRoleToken lacks a part.')
  return value
}
