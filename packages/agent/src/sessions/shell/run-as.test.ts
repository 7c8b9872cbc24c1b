import assert from 'node:assert/strict'
import { userInfo } from 'node:os'
import { test } from 'node:test'
import { chooseUser, findUser, RunAsError } from './run-as.ts'

const wish = (tagged: string, preferred: string) => ({ isEnabled: true, tagged, preferred })

test('without run as the agent’s own user is meant, whoever is named', () => {
  assert.equal(chooseUser({ isEnabled: false, tagged: 'nobody', preferred: 'root' }, 0), undefined)
})

test('the tag goes before the document', () => {
  assert.equal(chooseUser(wish('nobody', 'daemon'), 0)?.name, 'nobody')
  assert.equal(chooseUser(wish('', 'daemon'), 0)?.name, 'daemon')
})

test('nobody else is taken for a user that is not there, not named, or root', () => {
  for (const name of ['nosuch', '', 'root', '0', '-h', 'a:b', 'nobody root', '../etc']) {
    assert.throws(() => chooseUser(wish(name, ''), 0), RunAsError, name)
  }
  assert.throws(() => chooseUser(wish('nosuch', 'nobody'), 0), /nosuch does not exist/)
})

test('an agent that is not root can run sessions as itself and as nobody else', () => {
  const self = findUser(userInfo().username)
  assert.equal(self?.uid, userInfo().uid)
  assert.throws(() => chooseUser(wish('nobody', ''), 1000), /does not run as root/)
  const nobody = findUser('nobody')
  assert.equal(chooseUser(wish('nobody', ''), nobody?.uid), undefined)
})
