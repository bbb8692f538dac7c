import type { ComponentType } from 'react'
import { useHost } from '../../app/host-context.tsx'
import { useText } from '../../app/language.tsx'
import { BackLink } from '../../components/back-link.tsx'
import { SectionList, Sections, SectionsAlone } from '../../components/sections.tsx'
import { useMedia } from '../../components/use-media.ts'
import { AdvancedSection } from './advanced.tsx'
import { AppearanceSection } from './appearance.tsx'
import { BackupSection } from './backup.tsx'
import { ComputerSection } from './computer.tsx'
import { DevicesSection } from './devices.tsx'
import { KeysSection } from './keys.tsx'
import { LanguageSection } from './language.tsx'
import { OfflineSection } from './offline.tsx'
import { PrivacySection } from './privacy.tsx'
import { isSection, type SectionId, sectionIdsFor, sections } from './sections.ts'
import { SessionsSection } from './sessions.tsx'
import { StatusSection } from './status.tsx'
import { StorageSection } from './storage.tsx'

const screens: Readonly<Record<SectionId, ComponentType>> = {
  status: StatusSection,
  storage: StorageSection,
  backup: BackupSection,
  keys: KeysSection,
  devices: DevicesSection,
  sessions: SessionsSection,
  offline: OfflineSection,
  privacy: PrivacySection,
  appearance: AppearanceSection,
  language: LanguageSection,
  computer: ComputerSection,
  advanced: AdvancedSection,
}

/** What a person decides about their node, and how it stands. On a phone: the list, then one section with a way back. */
export default function Settings({ section }: { section: string | undefined }) {
  const text = useText()
  const host = useHost()
  const narrow = useMedia('(max-width: 44rem)')
  const chosen = isSection(section) ? section : undefined
  const shown = chosen ?? 'status'
  const list = (
    <SectionList
      name={text('settings.sections')}
      links={sectionIdsFor(host).map((id) => ({
        to: `/settings/${id}`,
        name: text(sections[id].name),
        icon: sections[id].icon,
        current: id === shown && !narrow,
      }))}
    />
  )
  if (narrow && !chosen)
    return (
      <SectionsAlone>
        <h1>{text('app.settings')}</h1>
        {list}
      </SectionsAlone>
    )
  const Section = screens[shown]
  return (
    <Sections>
      {narrow ? <BackLink to="/settings" name={text('app.settings')} /> : list}
      {/* Begins anew with every section: nothing half-typed is carried over. */}
      <Section key={shown} />
    </Sections>
  )
}
