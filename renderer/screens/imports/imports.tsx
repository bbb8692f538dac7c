/** Bringing exports in, and what came of it. */
import { useText } from '../../app/language.tsx'
import { DropArea } from '../../components/drop-area.tsx'
import { Page, PageHead } from '../../components/page.tsx'
import { SampleOffer } from '../../components/sample-offer.tsx'
import { ServiceSteps } from '../../components/service-steps.tsx'
import { useImports } from '../../queries/imports.ts'
import css from './imports.module.css'
import { PastImports } from './past-imports.tsx'
import { UnderWay } from './under-way.tsx'
import { WatchedFolders } from './watched-folders.tsx'

export default function Imports() {
  const text = useText()
  const { runs } = useImports()
  return (
    <Page>
      <PageHead title={text('imports.title')} lead={text('imports.lead')} />
      <div className={css.in}>
        <DropArea />
        <SampleOffer offer={runs?.length === 0} />
      </div>
      <UnderWay />
      <WatchedFolders />
      <PastImports />
      <section className={css.how}>
        <h2>{text('imports.how')}</h2>
        <p>{text('imports.how.lead')}</p>
        <ServiceSteps />
      </section>
    </Page>
  )
}
