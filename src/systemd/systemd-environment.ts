import { toolEnvironment } from '../system/tool-environment.ts';

/** Environment for the tools of systemd: plain words (the second variable is for 247), and times in one zone. */
export const systemdEnvironment: Readonly<Record<string, string>> = {
  ...toolEnvironment,
  SYSTEMD_COLORS: '0',
  SYSTEMD_LOG_COLOR: '0',
  TZ: 'UTC',
};
