import { type ReactNode, useEffect } from 'react'
import { Link } from 'wouter'
import { useText } from '../../app/language.tsx'
import { Command } from '../../components/command.tsx'
import { Page, Part, Soft } from '../../components/parts.tsx'
import { SectionList, Sections } from '../../components/sections.tsx'
import { useMedia } from '../../components/use-media.ts'
import css from './help.module.css'
import { Shortcuts } from './shortcuts.tsx'

const topics = ['in', 'search', 'keys', 'sealed', 'where', 'browser', 'move', 'commands', 'wrong'] as const
type Topic = (typeof topics)[number]

/** How things are done here, in short answers. */
export default function Help() {
  const text = useText()
  const narrow = useMedia('(max-width: 44rem)')
  // The screen comes after its address: the browser looked for the topic too early.
  useEffect(() => document.getElementById(location.hash.slice(1))?.scrollIntoView(), [])
  const answers: Readonly<Record<Topic, ReactNode>> = {
    in: <GettingIn />,
    search: <Finding />,
    keys: <Shortcuts />,
    sealed: (
      <>
        <p>{text('help.sealed.text')}</p>
        <Link href="/settings/privacy">{text('help.sealed.link')}</Link>
      </>
    ),
    where: (
      <>
        <p>{text('help.where.text')}</p>
        <Command line="vivim status" hint={text('settings.delete.all.where')} />
      </>
    ),
    browser: (
      <>
        <p>{text('help.browser.text')}</p>
        <Link href="/settings/sessions">{text('help.browser.link')}</Link>
        <Command line="vivim link" hint={text('help.browser.command')} />
      </>
    ),
    move: <Moving />,
    commands: <Commands />,
    wrong: (
      <>
        <p>{text('help.wrong.text')}</p>
        <Command line="vivim doctor" hint={text('settings.status.closer.quick')} />
        <Link href="/settings/status">{text('help.wrong.link')}</Link>
      </>
    ),
  }
  const list = (
    <SectionList
      name={text('help.topics')}
      links={topics.map((topic) => ({ to: `#help-${topic}`, name: text(`help.${topic}`) }))}
    />
  )
  return (
    <Sections>
      {!narrow && list}
      <Page title={text('app.help')} lead={text('help.lead')}>
        {narrow && list}
        {topics.map((topic) => (
          <div key={topic} id={`help-${topic}`} className={css.topic}>
            <Part title={text(`help.${topic}`)}>{answers[topic]}</Part>
          </div>
        ))}
      </Page>
    </Sections>
  )
}

function GettingIn() {
  const text = useText()
  return (
    <>
      <p>{text('help.in.text')}</p>
      <p>{text('help.in.again')}</p>
      <Link href="/import">{text('help.in.link')}</Link>
    </>
  )
}

const questions = ['words', 'phrase', 'begun', 'without'] as const

function Finding() {
  const text = useText()
  return (
    <>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{text('help.search.type')}</th>
            <th scope="col">{text('help.search.finds')}</th>
          </tr>
        </thead>
        <tbody>
          {questions.map((question) => (
            <tr key={question}>
              <th scope="row">
                <code dir="auto">{text(`help.search.${question}`)}</code>
              </th>
              <td>{text(`help.search.${question}.finds`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Soft>{text('help.search.more')}</Soft>
      <Link href="/search">{text('help.search.link')}</Link>
    </>
  )
}

function Moving() {
  const text = useText()
  return (
    <>
      <ol className={css.steps}>
        <li>
          {text('help.move.words')} <Link href="/settings/keys">{text('settings.keys')}</Link>
        </li>
        <li>
          {text('help.move.backup')}
          <Command line="vivim backup FILE" />
        </li>
        <li>
          {text('help.move.restore')}
          <Command line="vivim restore FILE" />
        </li>
        <li>
          {text('help.move.serve')}
          <Command line="vivim serve" />
        </li>
      </ol>
      <Soft>{text('help.move.old')}</Soft>
    </>
  )
}

const lines = [
  ['serve', 'vivim serve'],
  ['link', 'vivim link'],
  ['import', 'vivim import FILE …'],
  ['search', 'vivim search WORDS …'],
  ['show', 'vivim show ID'],
  ['export', 'vivim export FILE'],
  ['backup', 'vivim backup FILE'],
  ['restore', 'vivim restore FILE'],
  ['status', 'vivim status'],
  ['doctor', 'vivim doctor'],
  ['help', 'vivim --help'],
] as const

function Commands() {
  const text = useText()
  return (
    <>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{text('help.commands.type')}</th>
            <th scope="col">{text('help.commands.does')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(([name, line]) => (
            <tr key={name}>
              <th scope="row">
                <code dir="ltr">{line}</code>
              </th>
              <td>{text(`help.commands.${name}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Soft>{text('settings.commands')}</Soft>
    </>
  )
}
