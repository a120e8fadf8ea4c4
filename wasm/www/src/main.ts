// Puts the page together: the shell, and a tab for each view.

import './style/base.css';
import './style/shell.css';
import './style/live.css';
import 'uplot/dist/uPlot.min.css';
import { Live } from './live/live';
import { Shell } from './shell';

const shell = new Shell(document.getElementById('app')!);
shell.add('live', 'Live', (host) => new Live(host, shell));
shell.start();
