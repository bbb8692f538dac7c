/** A table, a picture, and a question that was asked in two ways: two branches. */
import type { Attachment } from '../../node-core/contract/content.ts'
import { answer, ask, talk } from './talk.ts'

/** The picture's id: its hash, as exports name files. */
export const pictureId = 'bafkreicyye3yw4vp54r5odgfo5mothxditnugnou2ghv47nlkc3w5g6kgm'
const picture: Attachment = {
  type: 'attachment',
  kind: 'image',
  name: 'alfama.webp',
  mime: 'image/webp',
  pointer: 'sample://alfama.webp',
  size: 28_346,
  width: 960,
  height: 540,
  blob: pictureId,
}

export const lisbon = talk(
  'lisbon',
  'Three days in Lisbon, slowly',
  '2026-03-08T18:30:00Z',
  [
    ask(
      'q1',
      null,
      picture,
      'My sister painted this and I have booked a flight. Three days in Lisbon in March: what would you do?',
    ),
    answer(
      'a1',
      'q1',
      `
That is the **28** on its way through Alfama, and a good plan already. Three days, each with one hill and one long meal:

| Day | Morning | Afternoon | Evening | On foot |
| --- | --- | --- | --- | ---: |
| Friday | Alfama by tram 28 | Castle walls, then down through the lanes | Fado in a small room | 6 km |
| Saturday | Belém: tower and cloister | Tiles at the Museu do Azulejo | Petiscos in Campo de Ourique | 8 km |
| Sunday | Feira da Ladra, if it rains the Gulbenkian | Ferry to Cacilhas | Sunset over the river | 5 km |

March brings sun and showers by turns, so take shoes that like wet stone.
`,
    ),
    ask('q2a', 'a1', 'What should I book in advance?'),
    answer('a2a', 'q2a', 'Only the fado, and a table for Saturday. Everything else in March has room.'),
    ask('q2b', 'a1', 'We are bringing a four-year-old. What changes?'),
    answer(
      'a2b',
      'q2b',
      `
Less hill, more water:

- [x] Keep the tram. It is the best ride in the city.
- [x] Keep the ferry, and sit outside.
- [ ] Leave out the castle walls; they are steep and have no rail.
- [ ] Leave out the late fado. In the *Mercado de Campo de Ourique* nobody minds a child at eight.

Put the **Oceanário** in on Saturday afternoon. Two hours go by like ten minutes.
`,
    ),
  ],
  { current: 'a2b', starred: true },
)
