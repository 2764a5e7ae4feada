/**
 * Attempts to connect from the network namespace that it was started in: a request on standard input, samples on
 * standard output. Started by sample-in-netns.ts.
 */
import { text } from 'node:stream/consumers';
import { systemClock } from '../../../model/system-clock.js';
import { samplerFrom } from './sample-connects.js';
import type { SampleRequest } from './sample-in-netns.js';

const { place, ports, ...options } = JSON.parse(await text(process.stdin)) as SampleRequest;
const signal = new AbortController().signal;
const samples = await samplerFrom(ports, systemClock)(place, { ...options, signal });
process.stdout.write(JSON.stringify(samples));
