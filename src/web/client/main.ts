import { keepCurrent } from './keep-current.ts';
import { countTicks } from './ticks.ts';

// Everything on the page works without this script. It keeps the page current, and counts the ticks.
countTicks();
keepCurrent();
