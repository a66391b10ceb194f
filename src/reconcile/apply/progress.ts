interface ProgressTask {
  readonly title: string;
  readonly run: () => Promise<ProgressEnd>;
}

export interface ProgressEnd {
  /** The text that stays on the screen. */
  readonly title: string;
  /** Whether all of it was done. Otherwise the line gets no tick. */
  readonly isWhole: boolean;
}

/** Runs the tasks side by side. With `draws` it shows them on stderr, which must be a terminal. */
export async function withProgress(tasks: readonly ProgressTask[], draws: boolean): Promise<void> {
  if (!draws || tasks.length === 0) {
    await Promise.all(tasks.map((task) => task.run()));
    return;
  }
  // Loaded only here, because listr2 costs 18 ms of start-up (listr2 9, Node 20).
  const { Listr, ListrLogger, ProcessOutput } = await import('listr2');
  const errors: unknown[] = [];
  const list = new Listr(
    tasks.map((task) => ({
      title: task.title,
      task: async (_context, shown): Promise<void> => {
        const { title, isWhole } = await task.run().catch((error: unknown) => {
          errors.push(error);
          throw error;
        });
        shown.title = title;
        // listr2 draws a cross for an error and continues with the other tasks.
        if (!isWhole) throw new Error(title);
      },
    })),
    {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      rendererOptions: {
        // The default logger of listr2 draws on stdout, which is reserved for the result.
        logger: new ListrLogger({
          useIcons: true,
          toStderr: [],
          processOutput: new ProcessOutput(process.stderr, process.stderr),
        }),
      },
    },
  );
  await list.run();
  if (errors.length > 0) throw errors[0];
}
