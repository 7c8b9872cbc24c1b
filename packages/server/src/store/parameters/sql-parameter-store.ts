import type { Announce } from '../../domain/hint.ts'
import type { Page, PageRequest } from '../../domain/page.ts'
import type { Scope } from '../../domain/scope.ts'
import type { Parameter, ParameterTier } from '../../domain/ssm-parameter.ts'
import { parentOf, placeOfName } from '../../domain/ssm-parameter-name.ts'
import { nextDue, type ParameterPolicy } from '../../domain/ssm-parameter-policy.ts'
import type { Tags } from '../../domain/tag.ts'
import { ConflictError, type Database, type SqlValue } from '../database.ts'
import { tagStatement } from '../nodes/tag-rows.ts'
import { pageOf } from '../page.ts'
import type { LabelledVersion, ParameterRange, ParameterStore } from '../parameter-store.ts'
import { number } from '../row.ts'
import { ParameterLabels } from './parameter-labels.ts'
import {
  fromVersions,
  insertVersion,
  parameterColumns,
  parameterOf,
  policiesText,
  versionParams,
} from './parameter-rows.ts'

const here = 'account = $1 AND region = $2'
const hereP = 'p.account = $1 AND p.region = $2'
const isLatest = 'v.version = p.version'

/** The parameters of one account in one region, in a database. */
export class SqlParameterStore implements ParameterStore {
  readonly #database: Database
  readonly #scope: readonly [string, string]
  readonly #announce: Announce
  readonly #labels: ParameterLabels

  constructor({ database, scope, announce }: { database: Database; scope: Scope; announce: Announce }) {
    this.#database = database
    this.#scope = [scope.account, scope.region]
    this.#announce = announce
    this.#labels = new ParameterLabels(database, scope)
  }

  async addParameter(parameter: Parameter, tags: Tags, limit: number): Promise<'added' | 'exists' | 'too-many'> {
    const { name, tier, version, policies, modifiedAt: at } = parameter
    const place = placeOfName(name)
    // Inserts nothing when there are too many already.
    const sql = `INSERT INTO parameters (account, region, place, parent, name, tier, version, due_at)
      SELECT $1, $2, $3, $4, $5, $6, CAST($7 AS INTEGER), CAST($8 AS BIGINT)
      WHERE (SELECT COUNT(*) FROM parameters WHERE ${here} AND tier = $6) < $9`
    const params = [place, parentOf(place), name, tier, version, dueTime(policies), limit]
    const tagStatements = Object.entries(tags).map((tag) => tagStatement({ type: 'Parameter', id: place }, tag))
    try {
      await this.#database.write([
        { sql, params: [...this.#scope, ...params], expect: 1 },
        { sql: insertVersion, params: [...this.#scope, ...versionParams(parameter)] },
        ...tagStatements.map((statement) => ({ ...statement, params: [...this.#scope, ...statement.params] })),
      ])
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error
      return (await this.findParameter(place)) ? 'exists' : 'too-many'
    }
    this.#announce({ kind: 'parameter', name, operation: 'Create', at })
    return 'added'
  }

  findParameter(place: string): Promise<Parameter | undefined> {
    return this.#find(isLatest, [place])
  }

  findVersion(place: string, version: number): Promise<Parameter | undefined> {
    return this.#find('v.version = $4', [place, version])
  }

  findLabelled(place: string, label: string): Promise<Parameter | undefined> {
    const labelled = `(SELECT version FROM parameter_labels WHERE ${here} AND place = $3 AND label = $4)`
    return this.#find(`v.version = ${labelled}`, [place, label])
  }

  async countOfTier(tier: ParameterTier): Promise<number> {
    const sql = `SELECT COUNT(*) AS found FROM parameters WHERE ${here} AND tier = $3`
    const [row] = await this.#database.read(sql, [...this.#scope, tier])
    return row ? number(row, 'found') : 0
  }

  async addVersion(
    previous: Parameter,
    next: Parameter,
    limits: { readonly versions: number; readonly ofTier: number },
  ): Promise<'added' | 'changed' | 'too-many' | { readonly keptVersion: number }> {
    const place = placeOfName(previous.name)
    const oldest = await this.#oldest(place, limits.versions)
    if (oldest !== undefined && (await this.#labels.ofVersions(place, oldest, oldest)).length > 0) {
      return { keptVersion: oldest }
    }
    const update = {
      sql: `UPDATE parameters SET version = $5, tier = $6, due_at = $7 WHERE ${here} AND place = $3 AND version = $4`,
      params: [...this.#scope, place, previous.version, next.version, next.tier, dueTime(next.policies)],
      expect: 1,
    }
    // Changes nothing: it is there to undo the rest when there are too many of the tier now.
    const isWithinTier = {
      sql: `UPDATE parameters SET tier = tier WHERE ${here} AND place = $3
        AND (SELECT COUNT(*) FROM parameters WHERE ${here} AND tier = $4) <= $5`,
      params: [...this.#scope, place, next.tier, limits.ofTier],
      expect: 1,
    }
    const checks = previous.tier === next.tier ? [] : [isWithinTier]
    const insert = { sql: insertVersion, params: [...this.#scope, ...versionParams(next)] }
    const drop = {
      sql: `DELETE FROM parameter_versions WHERE ${here} AND place = $3 AND version = $4 AND NOT EXISTS
        (SELECT 1 FROM parameter_labels WHERE ${here} AND place = $3 AND version = $4)`,
      params: [...this.#scope, place, oldest ?? 0],
      expect: 1,
    }
    try {
      await this.#database.write([update, ...checks, insert, ...(oldest === undefined ? [] : [drop])])
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error
      return error.statement === 1 && checks.length > 0 ? 'too-many' : 'changed'
    }
    this.#announce({ kind: 'parameter', name: next.name, operation: 'Update', at: next.modifiedAt })
    return 'added'
  }

  async listParameters(range: ParameterRange, { limit, after = '' }: PageRequest): Promise<Page<Parameter>> {
    const { prefix, parent, labels } = range
    const conditions = [hereP, 'p.place > $3']
    const params: SqlValue[] = [...this.#scope, after, limit + 1]
    if (prefix !== undefined && prefix !== '') {
      // Names are ASCII, so that everything with this prefix sorts before it with a character that no name has.
      params.push(prefix, `${prefix}~`)
      conditions.push(`p.place >= $${params.length - 1} AND p.place < $${params.length}`)
    }
    if (labels === undefined) conditions.push(isLatest)
    else {
      const places = labels.map((label) => `$${params.push(label)}`).join(', ')
      conditions.push(`v.version = (SELECT MAX(l.version) FROM parameter_labels l
        WHERE l.account = $1 AND l.region = $2 AND l.place = p.place AND l.label IN (${places}))`)
    }
    if (parent !== undefined) conditions.push(`p.parent = $${params.push(parent)}`)
    const sql = `SELECT ${parameterColumns} ${fromVersions} WHERE ${conditions.join(' AND ')} ORDER BY p.place LIMIT $4`
    return pageOf(await this.#database.read(sql, params), limit, parameterOf, 'place')
  }

  async listVersions(place: string, { limit, after = '0' }: PageRequest): Promise<Page<LabelledVersion>> {
    const sql = `SELECT ${parameterColumns} ${fromVersions} WHERE ${hereP} AND p.place = $3 AND v.version > $4
      ORDER BY v.version LIMIT $5`
    const rows = await this.#database.read(sql, [...this.#scope, place, Number(after), limit + 1])
    const versions = rows.slice(0, limit).map(parameterOf)
    const [first, last] = [versions[0], versions.at(-1)]
    if (first === undefined || last === undefined) return { items: [] }
    const labels = await this.#labels.ofVersions(place, first.version, last.version)
    const items = versions.map((parameter) => ({
      parameter,
      labels: labels.filter(({ version }) => version === parameter.version).map(({ label }) => label),
    }))
    return rows.length > limit ? { items, next: String(last.version) } : { items }
  }

  async addLabels(
    parameter: Parameter,
    labels: readonly string[],
    { limit, at }: { readonly limit: number; readonly at: Date },
  ): Promise<'added' | 'no-version' | 'too-many'> {
    const { name, version } = parameter
    const place = placeOfName(name)
    const outcome = await this.#labels.add({ place, version }, labels, limit)
    if (outcome === 'added') this.#announce({ kind: 'parameter', name, operation: 'LabelParameterVersion', at })
    if (outcome !== 'refused') return outcome
    return (await this.findVersion(place, version)) ? 'too-many' : 'no-version'
  }

  removeLabels({ name, version }: Parameter, labels: readonly string[]): Promise<readonly string[]> {
    return this.#labels.remove({ place: placeOfName(name), version }, labels)
  }

  async removeParameter({ name }: Parameter, at: Date): Promise<boolean> {
    const isGone = await this.#remove(placeOfName(name), undefined)
    if (isGone) this.#announce({ kind: 'parameter', name, operation: 'Delete', at })
    return isGone
  }

  async dueParameters(now: Date, limit: number): Promise<readonly Parameter[]> {
    const sql = `SELECT ${parameterColumns} ${fromVersions} WHERE ${hereP} AND ${isLatest} AND p.due_at <= $3
      ORDER BY p.due_at, p.place LIMIT $4`
    return (await this.#database.read(sql, [...this.#scope, now.getTime(), limit])).map(parameterOf)
  }

  async savePolicies(
    parameter: Parameter,
    policies: readonly ParameterPolicy[],
    { all, at }: { readonly all: readonly ParameterPolicy[]; readonly at: Date },
  ): Promise<boolean> {
    const { name, version } = parameter
    const place = placeOfName(name)
    const isExpired = all.some(({ type }) => type === 'Expiration')
    const isSaved = isExpired ? await this.#remove(place, version) : await this.#setPolicies(place, version, policies)
    if (!isSaved) return false
    for (const { type } of all) this.#announce({ kind: 'parameter-policy', name, policy: type, at })
    if (isExpired) this.#announce({ kind: 'parameter', name, operation: 'Delete', at })
    return true
  }

  async #find(condition: string, params: readonly SqlValue[]): Promise<Parameter | undefined> {
    const sql = `SELECT ${parameterColumns} ${fromVersions} WHERE ${hereP} AND p.place = $3 AND ${condition}`
    const [row] = await this.#database.read(sql, [...this.#scope, ...params])
    return row && parameterOf(row)
  }

  /** The version that has to go before another can come. */
  async #oldest(place: string, mostVersions: number): Promise<number | undefined> {
    const sql = `SELECT COUNT(*) AS found, MIN(version) AS oldest FROM parameter_versions WHERE ${here} AND place = $3`
    const [row] = await this.#database.read(sql, [...this.#scope, place])
    return row !== undefined && number(row, 'found') >= mostVersions ? number(row, 'oldest') : undefined
  }

  async #setPolicies(place: string, version: number, policies: readonly ParameterPolicy[]): Promise<boolean> {
    const ofVersion = `${here} AND place = $3 AND version = $4`
    const params = [...this.#scope, place, version]
    return await this.#isDone([
      {
        sql: `UPDATE parameters SET due_at = $5 WHERE ${ofVersion}`,
        params: [...params, dueTime(policies)],
        expect: 1,
      },
      {
        sql: `UPDATE parameter_versions SET policies = $5 WHERE ${ofVersion}`,
        params: [...params, policiesText(policies)],
      },
    ])
  }

  /** All that belongs to a parameter; only if that is still its latest version, when one is named. */
  async #remove(place: string, version: number | undefined): Promise<boolean> {
    const ofPlace = `${here} AND place = $3`
    const params = [...this.#scope, place]
    const first =
      version === undefined
        ? { sql: `DELETE FROM parameters WHERE ${ofPlace}`, params, expect: 1 }
        : { sql: `DELETE FROM parameters WHERE ${ofPlace} AND version = $4`, params: [...params, version], expect: 1 }
    return await this.#isDone([
      first,
      { sql: `DELETE FROM parameter_versions WHERE ${ofPlace}`, params },
      { sql: `DELETE FROM parameter_labels WHERE ${ofPlace}`, params },
      { sql: `DELETE FROM tags WHERE ${here} AND resource_type = 'Parameter' AND resource_id = $3`, params },
    ])
  }

  async #isDone(statements: Parameters<Database['write']>[0]): Promise<boolean> {
    try {
      await this.#database.write(statements)
    } catch (error) {
      if (error instanceof ConflictError) return false
      throw error
    }
    return true
  }
}

function dueTime(policies: readonly ParameterPolicy[]): number | null {
  return nextDue(policies)?.getTime() ?? null
}
