import { renderToStaticMarkup } from 'react-dom/server'
import { IntlProvider } from 'react-intl'
import { expect, it } from 'vitest'
import english from '../messages/en/index.ts'
import { AtRisk } from './waits-at-risk.tsx'

const shown = (waiting: number, persisted: boolean): string =>
  renderToStaticMarkup(
    <IntlProvider locale="en" messages={english}>
      <AtRisk figures={{ waiting, persisted }} />
    </IntlProvider>,
  )

it('says that changes which wait may be removed, where the browser did not promise to keep them', () => {
  expect(shown(2, false)).toContain('2 changes wait. If the browser runs out of room it may remove them')
  expect(shown(2, true)).toBe('')
  expect(shown(0, false)).toBe('')
})
