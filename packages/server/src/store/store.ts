import type { CommandStore } from './command-store.ts'
import type { DocumentStore } from './document-store.ts'
import type { IdentityStore } from './identity-store.ts'
import type { KeyStore } from './key-store.ts'
import type { NodeStore } from './node-store.ts'
import type { ParameterStore } from './parameter-store.ts'
import type { RecordingStore } from './recording-store.ts'
import type { ResourceGroupStore } from './resource-group-store.ts'
import type { ServiceSettingStore } from './service-setting-store.ts'
import type { SessionStore } from './session-store.ts'
import type { TagStore } from './tag-store.ts'

/**
 * What one account in one region has stored, by noun. Everything that is answered is on disk
 * (design D5); hints are announced after the commit.
 */
export interface Store {
  readonly nodes: NodeStore
  readonly tags: TagStore
  readonly commands: CommandStore
  readonly documents: DocumentStore
  readonly sessions: SessionStore
  readonly recordings: RecordingStore
  readonly serviceSettings: ServiceSettingStore
  readonly parameters: ParameterStore
  readonly identities: IdentityStore
  readonly keys: KeyStore
  readonly resourceGroups: ResourceGroupStore
}
