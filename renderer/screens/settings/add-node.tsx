import { Dialog, DialogHeading } from '@ariakit/react'
import { type ComponentProps, type FormEvent, useId, useState } from 'react'
import { isVivimError } from '../../../node-core/contract/errors.ts'
import { readCode } from '../../../node-core/contract/pairing.ts'
import { useText } from '../../app/language.tsx'
import { Button } from '../../components/button.tsx'
import dialog from '../../components/dialog.module.css'
import fields from '../../components/fields.module.css'
import { ErrorNotice, Notice } from '../../components/notice.tsx'
import { type Adding, type NodeRequest, useAddNode } from '../../queries/nodes.ts'
import type { HandedNode } from './handed-node.ts'
import css from './pair-device.module.css'

const titles = {
  form: 'nodes.add.title',
  asking: 'nodes.add.title',
  compare: 'nodes.add.compare.title',
  confirm: 'nodes.add.confirm.title',
  done: 'nodes.add.done.title',
} as const satisfies Record<Adding['step'], string>

/** Adds another node of the person’s: where it is, whose certificate that is, and a confirmation over there. */
export function AddNode({ begin, close }: { begin: HandedNode; close: () => void }) {
  const text = useText()
  const { adding, ask } = useAddNode()
  const [url, setUrl] = useState(begin.url)
  const [code, setCode] = useState(begin.code)
  return (
    <Dialog open onClose={close} className={dialog.dialog} backdrop={<div className={dialog.backdrop} />}>
      <DialogHeading className={dialog.heading}>{text(titles[adding.step])}</DialogHeading>
      {adding.step === 'form' ? (
        <Fields {...{ url, setUrl, code, setCode }} error={adding.error} send={(request) => ask(request)} close={close} />
      ) : (
        <>
          <div role="status">{adding.step === 'asking' && <p>{text('nodes.add.asking')}</p>}</div>
          {adding.step === 'compare' && (
            <div className={css.claim}>
              <p>{text('nodes.add.compare')}</p>
              <output className={css.address} dir="ltr">
                {adding.fingerprint}
              </output>
            </div>
          )}
          {adding.step === 'confirm' && (
            <div className={css.claim}>
              <p>{text('nodes.add.confirm')}</p>
              <output className={css.number} dir="ltr">
                {adding.number}
              </output>
            </div>
          )}
          {adding.step === 'done' && <p>{text('nodes.add.done', { url: adding.node.url })}</p>}
          <div className={dialog.actions}>
            <Button onClick={close}>{text(adding.step === 'done' ? 'app.done' : 'app.cancel')}</Button>
            {adding.step === 'compare' && (
              <Button kind="primary" onClick={() => ask(adding.request, adding.fingerprint)}>
                {text('nodes.add.compare.agree')}
              </Button>
            )}
          </div>
        </>
      )}
    </Dialog>
  )
}

interface FieldsProps {
  readonly url: string
  readonly setUrl: (url: string) => void
  readonly code: string
  readonly setCode: (code: string) => void
  readonly error: unknown
  readonly send: (request: NodeRequest) => void
  readonly close: () => void
}
function Fields({ url, setUrl, code, setCode, error, send, close }: FieldsProps) {
  const text = useText()
  const wrong = code.trim() !== '' && readCode(code) === undefined
  const linked = url.includes('#pair=')
  const whole = url.trim() !== '' && !wrong && (linked || code.trim() !== '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (whole) send({ url: url.trim(), code: linked ? undefined : code })
  }
  return (
    <form className={fields.form} onSubmit={submit}>
      <p>{text('nodes.add.how')}</p>
      <ExactField label={text('nodes.add.address')} value={url} change={setUrl} most={2000} inputMode="url" />
      {!linked && (
        <ExactField
          label={text('nodes.add.code')}
          value={code}
          change={setCode}
          most={40}
          autoCapitalize="characters"
          aria-invalid={wrong}
        />
      )}
      {error !== undefined && <Refused error={error} />}
      <div className={dialog.actions}>
        <Button onClick={close}>{text('app.cancel')}</Button>
        <Button type="submit" kind="primary" disabled={!whole}>
          {text('nodes.add.start')}
        </Button>
      </div>
    </form>
  )
}

interface ExactProps extends Pick<ComponentProps<'input'>, 'inputMode' | 'autoCapitalize' | 'aria-invalid'> {
  readonly label: string
  readonly value: string
  readonly change: (value: string) => void
  readonly most: number
}
/** What is typed or pasted as it stands elsewhere, letter by letter. */
function ExactField({ label, change, most, ...rest }: ExactProps) {
  const id = useId()
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className={fields.field}
        data-exact
        maxLength={most}
        dir="ltr"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onChange={({ target }) => change(target.value)}
        {...rest}
      />
    </>
  )
}

/** Codes that say something else here than where this node alone is asked. */
const words = {
  'unavailable': 'nodes.add.unavailable',
  'forbidden': 'nodes.add.refused',
  'already-there': 'nodes.add.already',
  'bad-request': 'nodes.add.malformed',
} as const

function Refused({ error }: { error: unknown }) {
  const text = useText()
  const code = isVivimError(error) ? error.code : 'internal'
  if (!Object.hasOwn(words, code)) return <ErrorNotice error={error} />
  return (
    <Notice kind="danger">
      <p>{text(words[code as keyof typeof words])}</p>
    </Notice>
  )
}
