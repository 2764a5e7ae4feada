/**
 * Looks at the network from the namespace that it was started in: a request on standard input, samples on standard
 * output. Started by sample-in-netns.ts.
 */
import { text } from 'node:stream/consumers';
import { systemClock } from '../../../model/system-clock.js';
import { samplerFrom } from './sample-connects.js';
import { sampleEcho } from './sample-echo.js';
import type { SampleRequest } from './sample-in-netns.js';

const request = JSON.parse(await text(process.stdin)) as SampleRequest;
const { signal } = new AbortController();
const answer =
  request.kind === 'echo'
    ? await sampleEcho(request.place, request, systemClock, signal)
    : await samplerFrom(request.ports, systemClock)(request.place, { ...request, signal });
process.stdout.write(JSON.stringify(answer), () => process.exit(0));
