import { useText } from '../../app/language.tsx'
import { DropArea } from '../../components/drop-area.tsx'
import { SampleOffer } from '../../components/sample-offer.tsx'
import { ServiceSteps } from '../../components/service-steps.tsx'
import { PastImports } from '../imports/past-imports.tsx'
import { UnderWay } from '../imports/under-way.tsx'
import { WatchedFolders } from '../imports/watched-folders.tsx'
import css from './welcome.module.css'

/** The first exports, or the sample for those who have none at hand. */
export function ChatsStep() {
  const text = useText()
  return (
    <div className={css.content}>
      <p className={css.lead}>{text('welcome.chats.text')}</p>
      <div className={css.section}>
        <DropArea />
        <SampleOffer />
      </div>
      <UnderWay />
      <WatchedFolders />
      <PastImports />
      <section className={css.section}>
        <h2>{text('imports.how')}</h2>
        <p className={css.soft}>{text('imports.how.lead')}</p>
        <ServiceSteps />
      </section>
    </div>
  )
}
