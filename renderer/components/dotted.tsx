import { Fragment, type ReactNode } from 'react'

/** Short facts in one line; each keeps to itself whichever way it runs. What is not there is left out. */
export const Dotted = ({ facts }: { facts: readonly (string | false | null | undefined)[] }): ReactNode =>
  facts
    .filter((fact): fact is string => typeof fact === 'string' && fact !== '')
    .map((fact, index) => (
      <Fragment key={fact}>
        {index > 0 && ' · '}
        <bdi>{fact}</bdi>
      </Fragment>
    ))
