import { type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

/** 32 MB and about a tenth of a second for one guess (RFC 7914). A hash names its own cost, so that this may grow. */
const logCost = 15
const blockSize = 8
const saltBytes = 16
const keyBytes = 32

/** What is kept of a password: `scrypt:COST:BLOCK:SALT:KEY`. `randomHex` answers that many random bytes. */
export async function hashPassword(password: string, randomHex: (bytes: number) => string): Promise<string> {
  const salt = Buffer.from(randomHex(saltBytes), 'hex')
  const key = await derive(password, salt, logCost, blockSize)
  return ['scrypt', logCost, blockSize, salt.toString('base64'), key.toString('base64')].join(':')
}

/** Whether a hash is of this password. */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const [, cost, block, salt = '', key = ''] = hash.split(':')
  const expected = Buffer.from(key, 'base64')
  const given = await derive(password, Buffer.from(salt, 'base64'), Number(cost), Number(block))
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function derive(password: string, salt: Buffer, log: number, r: number): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** log, r, p: 1, maxmem: 256 * 2 ** log * r }
  return new Promise((resolve, reject) => {
    scrypt(password, salt, keyBytes, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
