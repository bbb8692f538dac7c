import { describe, expect, it } from 'vitest'
import type { Json } from '../contract/content.ts'
import { citationsOf } from './citations.ts'

describe('citations', () => {
  it('are read from every provider’s words', () => {
    const text = 'Soil holds water.\ue200cite\ue202turn0\ue201 Rain helps【3†source】 and sun.'
    const marker = '\ue200cite\ue202turn0\ue201'
    const chatgpt: Json[] = [
      { start_ix: 38, end_ix: 48, metadata: { type: 'webpage', title: 'Rain', url: 'https://rain.example/' } },
      {
        matched_text: marker,
        type: 'grouped_webpages',
        items: [{ title: 'Soil', url: 'https://soil.example/', snippet: 'It holds' }],
      },
      { matched_text: ' ', type: 'sources_footnote', sources: [{ title: 'Soil', url: 'https://soil.example/' }] },
      { matched_text: '', type: 'hidden' },
    ]
    expect(citationsOf(text, chatgpt)).toEqual([
      { number: 1, start: 17, end: 17 + marker.length, title: 'Soil', url: 'https://soil.example/', quote: 'It holds' },
      { number: 2, start: 38, end: 48, title: 'Rain', url: 'https://rain.example/' },
    ])
    const others: Json[] = [
      { start_index: 0, end_index: 4, details: { type: 'web_search_citation', url: 'https://claude.example/' } },
      { type: 'url_citation', url_citation: { start_index: 5, end_index: 9, url: 'https://openai.example/', title: 'O' } },
      { source: { name: 'notes.pdf' }, document: ['x'], metadata: [{ source: 'notes.pdf' }] },
      { title: 'Grok', url: 'https://grok.example/', preview: 'words' },
    ]
    expect(citationsOf(text, others)).toEqual([
      { number: 1, start: 0, end: 4, url: 'https://claude.example/' },
      { number: 2, start: 5, end: 9, url: 'https://openai.example/', title: 'O' },
      { number: 3, title: 'notes.pdf' },
      { number: 4, title: 'Grok', url: 'https://grok.example/', quote: 'words' },
    ])
  })

  it('never have a place outside the text, nor an address that is no web address', () => {
    const hostile: Json[] = [
      { start_index: -1, end_index: 1e9, url: 'javascript:alert(1)', title: 'J' },
      { start_index: 3, end_index: 1, url: 'https://a.example/' },
      { start_index: 0.5, end_index: 2, url: 'data:text/html,x' },
      null,
      'x',
      [1],
      {},
    ]
    expect(citationsOf('abc', hostile)).toEqual([
      { number: 1, title: 'J' },
      { number: 2, url: 'https://a.example/' },
    ])
    expect(citationsOf('abc', undefined)).toEqual([])
  })
})
