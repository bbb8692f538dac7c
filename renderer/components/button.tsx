import type { ComponentProps } from 'react'
import css from './button.module.css'

/** `primary`: the one thing to do here; `quiet`: among text; `danger`: takes something away. */
export interface ButtonProps extends ComponentProps<'button'> {
  kind?: 'primary' | 'plain' | 'quiet' | 'danger'
}

export const Button = ({ kind = 'plain', className, ...rest }: ButtonProps) => (
  <button type="button" className={[css.button, css[kind], className].filter(Boolean).join(' ')} {...rest} />
)

/** A button that is an icon: `label` is what it does, for those who hear or hover it. */
export const IconButton = ({ label, className, ...rest }: ComponentProps<'button'> & { label: string }) => (
  <button type="button" className={[css.icon, className].filter(Boolean).join(' ')} aria-label={label} title={label} {...rest} />
)
