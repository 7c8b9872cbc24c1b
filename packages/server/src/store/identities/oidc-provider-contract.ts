import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OidcProvider } from '../../domain/oidc-provider.ts'
import type { IdentityStore } from '../identity-store.ts'
import { at } from './identity-samples.ts'

function provider(url: string, changes: Partial<OidcProvider> = {}): OidcProvider {
  const arn = `arn:aws:iam::123456789012:oidc-provider/${url}`
  return { arn, url, clientIds: ['one', 'two'], thumbprints: ['0'.repeat(40)], createdAt: at, tags: {}, ...changes }
}

/** What every store of issuers of identity tokens has to do. `open` answers an empty one. */
export function oidcProviderContract(open: () => Promise<IdentityStore>): void {
  test('an issuer is found as it was added, up to the limit, and no URL is taken twice', async () => {
    const { oidcProviders } = await open()

    assert.equal(await oidcProviders.addOidcProvider(provider('b.example'), 2), 'added')
    assert.equal(await oidcProviders.addOidcProvider(provider('b.example', { clientIds: [] }), 2), 'taken')
    assert.equal(await oidcProviders.addOidcProvider(provider('a.example', { tags: { x: '1' } }), 2), 'added')
    assert.equal(await oidcProviders.addOidcProvider(provider('c.example'), 2), 'too-many')

    assert.deepEqual(await oidcProviders.findOidcProvider(provider('b.example').arn), provider('b.example'))
    assert.equal(await oidcProviders.findOidcProvider(provider('c.example').arn), undefined)
    const listed = await oidcProviders.listOidcProviders()
    assert.deepEqual(listed, [provider('a.example', { tags: { x: '1' } }), provider('b.example')])
  })

  test('an issuer is saved only over what was read, whichever part of it somebody else has changed', async () => {
    const { oidcProviders } = await open()
    const before = provider('a.example')
    await oidcProviders.addOidcProvider(before, 10)
    let now = before

    for (const change of [{ clientIds: ['three'] }, { thumbprints: [] }, { tags: { x: '1' } }]) {
      const next = { ...now, ...change }
      assert.equal(await oidcProviders.saveOidcProvider(now, next), true)
      assert.equal(await oidcProviders.saveOidcProvider(now, { ...now, clientIds: ['four'] }), false)
      now = next
    }

    assert.deepEqual(await oidcProviders.findOidcProvider(before.arn), now)
  })

  test('an issuer is removed once, and cannot be saved after that', async () => {
    const { oidcProviders } = await open()
    const { arn } = provider('a.example')
    await oidcProviders.addOidcProvider(provider('a.example'), 10)

    assert.equal(await oidcProviders.removeOidcProvider(arn), true)
    assert.equal(await oidcProviders.removeOidcProvider(arn), false)
    assert.equal(await oidcProviders.saveOidcProvider(provider('a.example'), provider('a.example')), false)
    assert.equal(await oidcProviders.findOidcProvider(arn), undefined)
  })
}
