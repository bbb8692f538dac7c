import { describe, expect, it } from 'vitest'
import { testStore } from '../../tests/kit/store.ts'
import { toBase32 } from '../contract/ids.ts'
import { addressIn, dropNode, putNode, readNodes } from './known-nodes.ts'

const secret = 'A'.repeat(43)

describe('the address of a node', () => {
  it('is scheme, host and port, and a pairing link’s secret', () => {
    expect(addressIn('192.168.1.5:4747')).toEqual({ url: 'http://192.168.1.5:4747', secret: undefined })
    expect(addressIn('https://vivim.example.org/')).toEqual({ url: 'https://vivim.example.org', secret: undefined })
    expect(addressIn(`http://[::1]:4747/#pair=${secret}`)).toEqual({ url: 'http://[::1]:4747', secret })
  })
  it.each([
    '',
    'http://',
    'ftp://a',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'http://user:word@host',
    'http://host/path',
    'http://host/?a=1',
    `http://host/#link=${secret}`,
    'http://host/#pair=short',
  ])('is not %j', (text) => {
    expect(() => addressIn(text)).toThrow(expect.objectContaining({ code: 'bad-request' }))
  })
})

describe('known nodes', () => {
  it('rest sealed, each account’s apart', async () => {
    await using store = await testStore()
    const account = { id: store.account.id, sealer: store.keys.sealer }
    const node = { id: toBase32(store.random(16)), url: 'https://secret.example.org', instance: store.account.did, added: 7 }
    await store.writer.write([putNode(account, node)])
    expect(await readNodes(store.reader, account)).toEqual([node])
    const [row] = await store.reader.all<{ sealed: Uint8Array }>('SELECT sealed FROM other_node')
    expect(Buffer.from(row?.sealed ?? []).toString('latin1')).not.toContain('secret')
    await store.writer.write([dropNode(2, node.id)])
    expect(await readNodes(store.reader, account)).toEqual([node])
    await store.writer.write([dropNode(1, node.id)])
    expect(await readNodes(store.reader, account)).toEqual([])
  })
})
