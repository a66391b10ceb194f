/** Environment for the host's own tools (`getent`, `flock`): messages in English, UTF-8, nothing of the caller's but the path. */
export const toolEnvironment: Readonly<Record<string, string>> = {
  // Their usual places first: every other directory of a long PATH costs a failed exec for each of them.
  PATH: `/usr/bin:/usr/sbin:/bin:/sbin:${process.env['PATH'] ?? ''}`,
  LC_ALL: 'C.UTF-8',
};
