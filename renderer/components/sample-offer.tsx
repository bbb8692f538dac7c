import { useText } from '../app/language.tsx'
import { useSample } from '../queries/sample.ts'
import { Button } from './button.tsx'
import { ErrorNotice } from './notice.tsx'
import css from './sample-offer.module.css'

/** Offers the sample to those who have nothing to import yet; where it is here, says so and takes it out in one click. */
export function SampleOffer({ offer = true }: { offer?: boolean }) {
  const text = useText()
  const { run, busy, error, add, remove } = useSample()
  if (!run && !offer) return null
  return (
    <div className={css.offer} data-plain={!offer || undefined}>
      {error ? <ErrorNotice error={error} /> : null}
      <p>{text(run ? 'imports.sample.here' : 'imports.sample.offer')}</p>
      {run ? (
        <Button kind="quiet" disabled={busy} onClick={() => void remove()}>
          {text('imports.sample.remove')}
        </Button>
      ) : (
        <Button kind="quiet" disabled={busy} onClick={() => void add()}>
          {text('imports.sample.add')}
        </Button>
      )}
    </div>
  )
}
