import css from './progress.module.css'

/** How far something is, from 0 to 1; undefined: not known. `label`: what, for those who do not see it. */
export const Progress = ({ label, part }: { label: string; part: number | undefined }) => (
  <progress className={css.progress} aria-label={label} max={1} {...(part === undefined ? {} : { value: part })} />
)
