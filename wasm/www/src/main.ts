// Puts the page together: the shell, and a tab for each view.

import './style/base.css';
import './style/shell.css';
import './style/live.css';
import './style/transport.css';
import './style/graph.css';
import 'uplot/dist/uPlot.min.css';
import { BenchmarkView } from './bench/view';
import { GraphView } from './graph/view';
import { lacks } from './lacks';
import { Live } from './live/live';
import { keepForOffline } from './offline';
import { Shell } from './shell';
import { HttpView } from './transport/http';
import { SocketView } from './transport/socket';
import { SseView } from './transport/sse';

const shell = new Shell(document.getElementById('app')!);
for (const words of lacks()) shell.warn(words);
shell.add('live', 'Live', (host) => new Live(host, shell));
shell.add('graph', 'Graph', (host) => new GraphView(host, shell));
shell.add('websocket', 'WebSocket', (host) => new SocketView(host));
shell.add('sse', 'SSE', (host) => new SseView(host));
shell.add('http', 'HTTP', (host) => new HttpView(host));
shell.add('benchmark', 'Benchmark', (host) => new BenchmarkView(host));
shell.start();
keepForOffline();
