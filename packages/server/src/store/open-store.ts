import type { Announce } from '../domain/hint.ts'
import type { Scope } from '../domain/scope.ts'
import { SqlCommandStore } from './commands/sql-command-store.ts'
import type { Database } from './database.ts'
import { SqlDocumentStore } from './documents/sql-document-store.ts'
import { SqlIdentityStore } from './identities/sql-identity-store.ts'
import { SqlKeyStore } from './keys/sql-key-store.ts'
import { readMasterKeys } from './master-key.ts'
import { readMigrations } from './migrate.ts'
import { SqlNodeStore } from './nodes/sql-node-store.ts'
import { SqlTagStore } from './nodes/sql-tag-store.ts'
import { SqlParameterStore } from './parameters/sql-parameter-store.ts'
import { SqlRecordingStore } from './recordings/sql-recording-store.ts'
import { SqlResourceGroupStore } from './resource-groups/sql-resource-group-store.ts'
import { requireKeys, sealingKeys } from './sealing-keys.ts'
import { SqlServiceSettingStore } from './service-settings/sql-service-setting-store.ts'
import { SqlSessionStore } from './sessions/sql-session-store.ts'
import { openSqlite } from './sqlite/sqlite.ts'
import type { Store } from './store.ts'
import { createVault, type Vault } from './vault.ts'

export interface StoreOptions {
  readonly dataDir: string
  /** What FAIRLEAD_MASTER_KEY holds, if anything. */
  readonly masterKey: string | undefined
  readonly scope: Scope
  readonly now: () => Date
  readonly randomBytes: (length: number) => Uint8Array
  readonly announce: Announce
  /** Called once if nothing can be written any more and only a new start can mend that. */
  readonly lost?: (error: Error) => void
}

/** What is remembered in a data directory: the store, the engine below it, and the vault of its secrets. */
export interface OpenedStore {
  readonly store: Store
  readonly database: Database
  readonly vault: Vault
}

/** Opens the embedded database of DIR, which is made when it is not there. */
export async function openStore(options: StoreOptions): Promise<OpenedStore> {
  const { dataDir, scope, now, announce, lost = () => {} } = options
  const database = await openSqlite({ directory: dataDir, migrations: readMigrations(), now, lost })
  try {
    const vault = await openVault(database, options)
    const parts = { database, scope, announce }
    const store: Store = {
      nodes: new SqlNodeStore(parts),
      tags: new SqlTagStore(parts),
      commands: new SqlCommandStore(parts),
      documents: new SqlDocumentStore(parts),
      sessions: new SqlSessionStore(parts),
      recordings: new SqlRecordingStore(parts),
      serviceSettings: new SqlServiceSettingStore(parts),
      parameters: new SqlParameterStore(parts),
      identities: new SqlIdentityStore({ database, vault, scope }),
      keys: new SqlKeyStore({ database, vault, scope }),
      resourceGroups: new SqlResourceGroupStore(parts),
    }
    return { store, database, vault }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** The master keys are held against what is sealed first: a wrong one would fail later, and request by request. */
async function openVault(database: Database, options: StoreOptions): Promise<Vault> {
  const { dataDir: directory, masterKey: configured, randomBytes: random } = options
  const sealedWith = await sealingKeys(database)
  const vault = createVault(readMasterKeys({ directory, configured, random, isNeeded: sealedWith.length > 0 }), random)
  requireKeys(vault, sealedWith)
  return vault
}
