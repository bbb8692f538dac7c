import { useText } from '../../app/language.tsx'
import { usePreference } from '../../app/preferences-context.tsx'
import { Page, Part } from '../../components/parts.tsx'
import css from './appearance.module.css'
import { Choice } from './choice.tsx'

const themes = ['system', 'light', 'dark'] as const
const sizes = ['usual', 'large', 'larger'] as const
const fonts = ['sans', 'serif'] as const

/** How the page looks in this browser; everything shows at once. */
export function AppearanceSection() {
  const text = useText()
  const [{ theme, textSize, readingFont }, change] = usePreference()
  return (
    <Page title={text('settings.appearance')} lead={text('settings.appearance.lead')}>
      <div className={css.groups}>
        <Part title={text('settings.appearance.theme')}>
          <Choice
            quiet
            name={text('settings.appearance.theme')}
            value={theme}
            change={(next) => change({ theme: next })}
            options={themes.map((value) => ({ value, label: text(`settings.appearance.theme.${value}`) }))}
          />
        </Part>
        <Part title={text('settings.appearance.size')}>
          <Choice
            quiet
            name={text('settings.appearance.size')}
            value={textSize}
            change={(next) => change({ textSize: next })}
            options={sizes.map((value) => ({ value, label: text(`settings.appearance.size.${value}`) }))}
          />
        </Part>
        <Part title={text('settings.appearance.font')}>
          <Choice
            quiet
            name={text('settings.appearance.font')}
            value={readingFont}
            change={(next) => change({ readingFont: next })}
            options={fonts.map((value) => ({ value, label: text(`settings.appearance.font.${value}`) }))}
          />
        </Part>
      </div>
      <figure className={css.preview}>
        <figcaption>{text('settings.appearance.preview')}</figcaption>
        <div className={css.asked}>{text('settings.appearance.preview.question')}</div>
        <p>{text('settings.appearance.preview.answer')}</p>
      </figure>
    </Page>
  )
}
