import { History } from 'lucide-react'
import { useText } from '../../app/language.tsx'
import { recentSearches } from './recent.ts'
import css from './search.module.css'

const examples = ['words', 'phrase', 'begun', 'without'] as const

/** Before anything is typed: what was searched lately, and how words are understood. */
export function Before({ choose }: { choose: (words: string) => void }) {
  const text = useText()
  const recent = recentSearches()
  return (
    <div className={css.column}>
      {recent.length > 0 && (
        <section className={css.recent}>
          <h2>{text('search.recent')}</h2>
          <ul>
            {recent.map((words) => (
              <li key={words}>
                <button type="button" onClick={() => choose(words)}>
                  <History size={16} strokeWidth={1.75} aria-hidden />
                  <span dir="auto">{words}</span>
                </button>
              </li>
            ))}
          </ul>
          <p>{text('search.recent.text')}</p>
        </section>
      )}
      <section className={css.how}>
        <h2>{text('search.how')}</h2>
        <dl>
          {examples.map((example) => (
            <div key={example}>
              <dt>
                <code>{text(`search.how.${example}.example`)}</code>
              </dt>
              <dd>{text(`search.how.${example}`)}</dd>
            </div>
          ))}
        </dl>
        <p>{text('search.how.typos')}</p>
      </section>
    </div>
  )
}
