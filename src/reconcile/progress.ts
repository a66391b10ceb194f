export interface ProgressTask {
  readonly title: string;
  /** Returns the title to leave on the screen. */
  readonly run: () => Promise<string>;
}

/** Runs the tasks side by side; draws them on stderr where asked to, which needs a terminal. */
export async function withProgress(tasks: readonly ProgressTask[], draws: boolean): Promise<void> {
  if (!draws || tasks.length === 0) {
    await Promise.all(tasks.map((task) => task.run()));
    return;
  }
  // Loaded only here: listr2 costs 18 ms of start-up (listr2 9, Node 20).
  const { Listr, ListrLogger, ProcessOutput } = await import('listr2');
  const list = new Listr(
    tasks.map((task) => ({
      title: task.title,
      task: async (_context, shown): Promise<void> => {
        shown.title = await task.run();
      },
    })),
    {
      concurrent: true,
      registerSignalListeners: false,
      rendererOptions: {
        // Its own default is to draw on stdout, which is for the result.
        logger: new ListrLogger({
          useIcons: true,
          toStderr: [],
          processOutput: new ProcessOutput(process.stderr, process.stderr),
        }),
      },
    },
  );
  await list.run();
}
