import type { Scope } from '../../domain/scope.ts'
import { ConflictError, type Database } from '../database.ts'
import { number, text } from '../row.ts'

const here = 'account = $1 AND region = $2 AND place = $3'

export interface VersionPlace {
  readonly place: string
  readonly version: number
}

/** The labels of versions of parameters. */
export class ParameterLabels {
  readonly #database: Database
  readonly #scope: readonly [string, string]

  constructor(database: Database, scope: Scope) {
    this.#database = database
    this.#scope = [scope.account, scope.region]
  }

  /** Labels of the versions from `first` to `last`, in alphabetical order. */
  async ofVersions(
    place: string,
    first: number,
    last: number,
  ): Promise<readonly { readonly label: string; readonly version: number }[]> {
    const sql = `SELECT label, version FROM parameter_labels WHERE ${here} AND version >= $4 AND version <= $5
      ORDER BY label`
    const rows = await this.#database.read(sql, [...this.#scope, place, first, last])
    return rows.map((row) => ({ label: text(row, 'label'), version: number(row, 'version') }))
  }

  /** Refused when there is no such version, or it would have more than `limit`. */
  async add({ place, version }: VersionPlace, labels: readonly string[], limit: number): Promise<'added' | 'refused'> {
    const params = [...this.#scope, place, version]
    const isThere = `EXISTS (SELECT 1 FROM parameter_versions WHERE ${here} AND version = $4)`
    const puts = labels.map((label) => ({
      sql: `INSERT INTO parameter_labels (account, region, place, label, version)
        SELECT $1, $2, $3, $5, CAST($4 AS INTEGER) WHERE ${isThere}
        ON CONFLICT (account, region, place, label) DO UPDATE SET version = excluded.version`,
      params: [...params, label],
      expect: 1,
    }))
    // Changes nothing; it is there to undo the others when there are too many now.
    const bound = {
      sql: `UPDATE parameter_labels SET version = $4 WHERE ${here} AND version = $4 AND label = $5
        AND (SELECT COUNT(*) FROM parameter_labels WHERE ${here} AND version = $4) <= $6`,
      params: [...params, labels[0] ?? '', limit],
      expect: 1,
    }
    try {
      await this.#database.write([...puts, bound])
    } catch (error) {
      if (error instanceof ConflictError) return 'refused'
      throw error
    }
    return 'added'
  }

  /** Answers those that the version had. */
  async remove({ place, version }: VersionPlace, labels: readonly string[]): Promise<readonly string[]> {
    const results = await this.#database.write(
      labels.map((label) => ({
        sql: `DELETE FROM parameter_labels WHERE ${here} AND version = $4 AND label = $5`,
        params: [...this.#scope, place, version, label],
      })),
    )
    return labels.filter((_, index) => results[index]?.changes === 1)
  }
}
