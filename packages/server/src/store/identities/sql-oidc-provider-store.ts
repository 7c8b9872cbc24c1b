import { type OidcProvider, oidcProvidersPerAccount } from '../../domain/oidc-provider.ts'
import type { Row } from '../database.ts'
import { date, tags, tagsText, text } from '../row.ts'
import type { AccountRows } from './account-rows.ts'
import type { OidcProviderStore } from './oidc-provider-store.ts'

export class SqlOidcProviderStore implements OidcProviderStore {
  readonly #rows: AccountRows

  constructor(rows: AccountRows) {
    this.#rows = rows
  }

  async addOidcProvider(provider: OidcProvider, limit: number): Promise<'added' | 'taken' | 'too-many'> {
    const added = await this.#rows.change(
      `INSERT INTO iam_oidc_providers (account, arn, url, client_ids, thumbprints, created_at, tags)
       SELECT $1, $2, $3, $4, $5, CAST($6 AS BIGINT), $7
       WHERE (SELECT COUNT(*) FROM iam_oidc_providers WHERE account = $1) < $8 ON CONFLICT DO NOTHING`,
      provider.arn,
      provider.url,
      JSON.stringify(provider.clientIds),
      JSON.stringify(provider.thumbprints),
      provider.createdAt.getTime(),
      tagsText(provider.tags),
      limit,
    )
    if (added === 1) return 'added'
    return (await this.findOidcProvider(provider.arn)) ? 'taken' : 'too-many'
  }

  async findOidcProvider(arn: string): Promise<OidcProvider | undefined> {
    const [row] = await this.#rows.read('SELECT * FROM iam_oidc_providers WHERE account = $1 AND arn = $2', arn)
    return row && providerOf(row)
  }

  async listOidcProviders(): Promise<readonly OidcProvider[]> {
    const rows = await this.#rows.read(
      'SELECT * FROM iam_oidc_providers WHERE account = $1 ORDER BY arn LIMIT $2',
      oidcProvidersPerAccount,
    )
    return rows.map(providerOf)
  }

  async saveOidcProvider(provider: OidcProvider, next: OidcProvider): Promise<boolean> {
    const saved = await this.#rows.change(
      `UPDATE iam_oidc_providers SET client_ids = $3, thumbprints = $4, tags = $5
       WHERE account = $1 AND arn = $2 AND client_ids = $6 AND thumbprints = $7 AND tags = $8`,
      provider.arn,
      JSON.stringify(next.clientIds),
      JSON.stringify(next.thumbprints),
      tagsText(next.tags),
      JSON.stringify(provider.clientIds),
      JSON.stringify(provider.thumbprints),
      tagsText(provider.tags),
    )
    return saved === 1
  }

  async removeOidcProvider(arn: string): Promise<boolean> {
    return (await this.#rows.change('DELETE FROM iam_oidc_providers WHERE account = $1 AND arn = $2', arn)) === 1
  }
}

function providerOf(row: Row): OidcProvider {
  return {
    arn: text(row, 'arn'),
    url: text(row, 'url'),
    clientIds: JSON.parse(text(row, 'client_ids')) as string[],
    thumbprints: JSON.parse(text(row, 'thumbprints')) as string[],
    createdAt: date(row, 'created_at'),
    tags: tags(row),
  }
}
