/** Environment for the host's own tools (`getent`, `flock`): messages in English, UTF-8, nothing of the caller's but the path. */
export const toolEnvironment: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] || '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C.UTF-8',
};
