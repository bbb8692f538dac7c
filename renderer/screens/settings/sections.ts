/** The sections of the settings, in their order: the list, the palette and the addresses are made from these. */
import {
  Archive,
  CloudOff,
  HardDrive,
  HeartPulse,
  KeyRound,
  Languages,
  Laptop,
  LogIn,
  type LucideIcon,
  MonitorSmartphone,
  ShieldCheck,
  SlidersHorizontal,
  SunMoon,
} from 'lucide-react'
import type { Host } from '../../app/host.ts'
import type { MessageId } from '../../messages/shape.ts'

export const sectionIds = [
  'status',
  'storage',
  'backup',
  'keys',
  'devices',
  'sessions',
  'offline',
  'privacy',
  'appearance',
  'language',
  'computer',
  'advanced',
] as const
export type SectionId = (typeof sectionIds)[number]

/** Name, and what is to be found there. */
export const sections: Readonly<Record<SectionId, { name: MessageId; icon: LucideIcon }>> = {
  status: { name: 'settings.status', icon: HeartPulse },
  storage: { name: 'settings.storage', icon: HardDrive },
  backup: { name: 'settings.backup', icon: Archive },
  keys: { name: 'settings.keys', icon: KeyRound },
  devices: { name: 'settings.devices', icon: MonitorSmartphone },
  sessions: { name: 'settings.sessions', icon: LogIn },
  offline: { name: 'settings.offline', icon: CloudOff },
  privacy: { name: 'settings.privacy', icon: ShieldCheck },
  appearance: { name: 'settings.appearance', icon: SunMoon },
  language: { name: 'settings.language', icon: Languages },
  computer: { name: 'computer.title', icon: Laptop },
  advanced: { name: 'settings.advanced', icon: SlidersHorizontal },
}

/** Sections that say something only where the app is asked. */
export const sectionIdsFor = ({ offers }: Pick<Host, 'offers'>): readonly SectionId[] =>
  sectionIds.filter((id) => id !== 'computer' || offers('computer.get'))

export const isSection = (text: string | undefined): text is SectionId => sectionIds.some((id) => id === text)
