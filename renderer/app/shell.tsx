import { CircleHelp, Download, LibraryBig, type LucideIcon, Search, Settings } from 'lucide-react'
import { lazy, type ReactNode, Suspense } from 'react'
import { Link, useLocation } from 'wouter'
import { Boundary } from '../components/boundary.tsx'
import { Loading } from '../components/loading.tsx'
import type { MessageId } from '../messages/shape.ts'
import { ScreenBoundary } from './broken.tsx'
import { useCommands } from './command-registry.ts'
import { useText } from './language.tsx'
import css from './shell.module.css'
import { useShortcuts } from './shortcuts.ts'
import { StatusButton } from './status-button.tsx'

const NewDevices = lazy(() => import('./new-devices.tsx'))
const WaitsAtRisk = lazy(() => import('./waits-at-risk.tsx'))

interface Place {
  readonly to: string
  readonly name: MessageId
  readonly icon: LucideIcon
  /** Whether an address belongs to this place. */
  readonly holds: (path: string) => boolean
}

const places: readonly Place[] = [
  {
    to: '/',
    name: 'app.library',
    icon: LibraryBig,
    holds: (path) => path === '/' || path === '/notes' || path.startsWith('/c/'),
  },
  { to: '/search', name: 'app.search', icon: Search, holds: (path) => path === '/search' },
  { to: '/import', name: 'app.import', icon: Download, holds: (path) => path.startsWith('/import') },
  { to: '/settings', name: 'app.settings', icon: Settings, holds: (path) => path.startsWith('/settings') },
  { to: '/help', name: 'app.help', icon: CircleHelp, holds: (path) => path === '/help' },
]

/** The frame of every screen: where one can go, search, and how the node stands. */
export function Shell({ children, openPalette }: { children: ReactNode; openPalette: () => void }) {
  const text = useText()
  const [path] = useLocation()
  useShortcuts({ palette: openPalette })
  useCommands({ palette: openPalette })
  return (
    <div className={css.shell}>
      <a className={css.skip} href="#main">
        {text('app.skip')}
      </a>
      <header className={css.bar}>
        <Link href="/" className={css.brand} aria-label={text('app.home')}>
          <img src="/icon.svg" alt="" width="24" height="24" />
          <span>VIVIM</span>
        </Link>
        <button type="button" className={css.find} onClick={openPalette} aria-keyshortcuts="Control+K Meta+K">
          <Search size={16} aria-hidden />
          <span>{text('app.find')}</span>
          <kbd>{isMac ? '⌘ K' : 'Ctrl K'}</kbd>
        </button>
        <StatusButton />
      </header>
      <nav className={css.rail} aria-label={text('app.places')}>
        {places.map(({ to, name, icon: Icon, holds }) => (
          <Link key={to} href={to} className={css.place} aria-current={holds(path) ? 'page' : undefined}>
            <Icon size={20} strokeWidth={1.75} aria-hidden />
            <span>{text(name)}</span>
          </Link>
        ))}
      </nav>
      <main id="main" className={css.main} tabIndex={-1}>
        <Boundary fallback={null}>
          <Suspense>
            <NewDevices />
            <WaitsAtRisk />
          </Suspense>
        </Boundary>
        <ScreenBoundary>
          <Suspense fallback={<Loading />}>{children}</Suspense>
        </ScreenBoundary>
      </main>
    </div>
  )
}

export const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent)
