/** Owns how buttons and links that act like buttons look. */
import type { ButtonHTMLAttributes } from 'react'
import styles from '@/app/components/button.module.css'

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: 'plain' | 'primary' | 'danger'
  readonly size?: 'normal' | 'small'
}

export function Button({ look = 'plain', size = 'normal', className, type, ...rest }: ButtonProps) {
  return <button {...rest} type={type ?? 'button'} className={buttonClass(look, size, className)} />
}

export function buttonClass(
  look: 'plain' | 'primary' | 'danger' = 'plain',
  size: 'normal' | 'small' = 'normal',
  extra = '',
): string {
  return [styles.button, styles[look], styles[size], extra].join(' ')
}
