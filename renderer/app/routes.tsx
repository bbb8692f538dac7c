/** Which screen an address shows. Addresses hold ids and names of screens, never a word of the library. */
import { lazy } from 'react'
import { Redirect, Route, Switch } from 'wouter'
import { Library } from '../screens/library/library.tsx'

const Search = lazy(() => import('../screens/search/search.tsx'))
const Notes = lazy(() => import('../screens/notes/notes.tsx'))
const Capture = lazy(() => import('../screens/capture/capture.tsx'))
const Imports = lazy(() => import('../screens/imports/imports.tsx'))
const ImportReport = lazy(() => import('../screens/imports/report.tsx'))
const Settings = lazy(() => import('../screens/settings/settings.tsx'))
const Welcome = lazy(() => import('../screens/welcome/welcome.tsx'))
const Help = lazy(() => import('../screens/help/help.tsx'))

const library = /^\/(?:c\/(?<conversation>[^/]+)\/?)?$/

export const Routes = () => (
  <Switch>
    {/* One route: the list stays as it is while conversations are opened from it. */}
    <Route path={library}>{({ conversation }) => <Library conversation={conversation} />}</Route>
    <Route path="/search">
      <Search />
    </Route>
    <Route path="/notes">
      <Notes />
    </Route>
    <Route path="/capture">
      <Capture />
    </Route>
    <Route path="/import">
      <Imports />
    </Route>
    <Route path="/import/:run">{({ run }) => <ImportReport run={run} />}</Route>
    <Route path="/settings/:section?">{({ section }) => <Settings section={section} />}</Route>
    <Route path="/welcome">
      <Welcome />
    </Route>
    <Route path="/help">
      <Help />
    </Route>
    <Route>
      <Redirect to="/" replace />
    </Route>
  </Switch>
)
