import { useText } from '../app/language.tsx'
import css from './loading.module.css'

/** Something is on its way; shown only where it takes long enough to be noticed. */
export function Loading() {
  const text = useText()
  return (
    <p className={css.loading} role="status">
      {text('app.loading')}
    </p>
  )
}
