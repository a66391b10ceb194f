/** What one version of Claude Code writes and accepts, as far as it is known to differ between versions. */
export interface VersionProfile {
  /** Which switches of conversation `sessions/PID.json` follows; `none`: there is no such file. */
  readonly registry: 'none' | 'static' | 'follows-resume' | 'follows-all';
  readonly recordsKind: boolean;
  readonly recordsVersion: boolean;
  readonly recordsStartTime: boolean;
  readonly recordsName: boolean;
  readonly recordsStatus: boolean;
  readonly recordsStatusTime: boolean;
  readonly recordsTmux: boolean;
  readonly recordsPidDomain: boolean;
  readonly recordsDirectoryChange: boolean;
  readonly removesDeadRecords: boolean;
  readonly sparesLiveTranscripts: boolean;
  readonly looksInAllProjects: boolean;
  readonly continuesOwnDirectoryOnly: boolean;
  readonly resumeKeepsId: boolean;
  readonly pickerKeepsId: boolean;
  readonly refusesBackgroundHolder: boolean;
  readonly excusesMarkedServer: boolean;
  readonly capsSlug: boolean;
  readonly allowsProjectDirectoryName: boolean;
  readonly tellsShellChildren: boolean;
  readonly tellsMcpChildren: boolean;
  readonly tellsResumedId: boolean;
  readonly historyNamesSession: boolean;
}

/** Bounds were found in the published packages; where only a range is known, its later end is taken. */
export function profileOf(version: string): VersionProfile {
  const since = (first: string): boolean => isAtLeast(version, first);
  return {
    registry: registryOf(since),
    recordsKind: since('2.1.90'),
    recordsVersion: since('2.1.113'),
    recordsStartTime: since('2.1.117'),
    recordsName: since('2.1.120'),
    recordsStatus: since('2.1.150'),
    recordsStatusTime: since('2.1.200'),
    recordsTmux: version === '2.1.117' || since('2.1.240'),
    recordsPidDomain: since('2.1.250'),
    recordsDirectoryChange: since('2.1.150'),
    removesDeadRecords: since('2.1.113'),
    sparesLiveTranscripts: since('2.1.181'),
    looksInAllProjects: since('2.1.240'),
    continuesOwnDirectoryOnly: since('2.1.239'),
    resumeKeepsId: since('1.0.124'),
    pickerKeepsId: since('2.0.77'),
    refusesBackgroundHolder: since('2.1.132'),
    excusesMarkedServer: since('2.1.178'),
    capsSlug: since('2.1.61'),
    allowsProjectDirectoryName: since('2.1.234'),
    tellsShellChildren: since('2.1.132'),
    tellsMcpChildren: since('2.1.154'),
    tellsResumedId: since('2.1.163'),
    historyNamesSession: since('2.0.77'),
  };
}

function registryOf(since: (first: string) => boolean): VersionProfile['registry'] {
  if (since('2.1.128')) return 'follows-all';
  if (since('2.1.83')) return 'follows-resume';
  return since('2.1.75') ? 'static' : 'none';
}

function isAtLeast(version: string, first: string): boolean {
  return version.localeCompare(first, 'en', { numeric: true }) >= 0;
}
