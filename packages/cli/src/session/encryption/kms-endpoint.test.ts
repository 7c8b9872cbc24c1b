import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kmsEndpoint } from './kms-endpoint.ts'

const own = 'https://ssm.example.com:7443'
const amazon = 'https://ssm.eu-west-1.amazonaws.com'

test('KMS is where sessions are started, unless a variable names it or sessions are started under a name of AWS', () => {
  assert.equal(kmsEndpoint(own, 'eu-west-1', {}), own)
  assert.equal(kmsEndpoint(own, 'eu-west-1', { AWS_ENDPOINT_URL: 'http://other' }), own)
  assert.equal(kmsEndpoint(own, 'eu-west-1', { AWS_ENDPOINT_URL_KMS: 'http://kms.test' }), 'http://kms.test')
  assert.equal(kmsEndpoint(amazon, 'eu-west-1', { AWS_ENDPOINT_URL: 'http://other' }), 'http://other')
  assert.equal(kmsEndpoint(amazon, 'eu-west-1', {}), 'https://kms.eu-west-1.amazonaws.com')
  assert.equal(
    kmsEndpoint('https://ssm.cn-north-1.amazonaws.com.cn', 'cn-north-1', {}),
    'https://kms.cn-north-1.amazonaws.com.cn',
  )
  assert.equal(kmsEndpoint('https://notamazonaws.com', 'eu-west-1', {}), 'https://notamazonaws.com')
})
