import { CEILING, FLOOR, keepSeconds } from '../../../../lambda/broker/clients/http-cache';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const ahead = (seconds: number) => new Date(NOW + seconds * 1000).toUTCString();

test.each([
  ['max-age', { 'cache-control': 'public, max-age=600' }, 600],
  ['max-age in quotes and capitals', { 'cache-control': 'Max-Age="600"' }, 600],
  ['s-maxage before max-age', { 'cache-control': 'max-age=600, s-maxage=900' }, 900],
  ['what is left of max-age', { 'cache-control': 'max-age=600', age: '500' }, 100],
  ['max-age before Expires', { 'cache-control': 'max-age=600', expires: ahead(3600) }, 600],
  ['Expires by the server’s clock', { expires: ahead(3600), date: ahead(1800) }, 1800],
  ['Expires without a Date', { expires: ahead(3600) }, 3600],
  ['nothing said: the floor', {}, FLOOR],
  ['less than the floor', { 'cache-control': 'max-age=5' }, FLOOR],
  ['more than the ceiling', { 'cache-control': 'max-age=31536000, immutable' }, CEILING],
  ['a directive nobody knows', { 'cache-control': 'stale-if-error=60' }, FLOOR],
])('A8 kept by HTTP’s rules: %s', (_what, headers, seconds) => {
  expect(keepSeconds(headers, NOW)).toBe(seconds);
});

test.each([
  ['no-store', { 'cache-control': 'no-store, max-age=600' }],
  ['no-cache', { 'cache-control': 'no-cache' }],
  ['private: several users share what is kept', { 'cache-control': 'private, max-age=600' }],
  ['max-age=0', { 'cache-control': 'max-age=0' }],
  ['stale on arrival', { 'cache-control': 'max-age=600', age: '600' }],
  ['expired', { expires: ahead(-1), date: ahead(0) }],
  ['Expires that is no date', { expires: '0' }],
  ['max-age that is no number', { 'cache-control': 'max-age=-1' }],
  ['the first max-age of two', { 'cache-control': 'max-age=0, max-age=600' }],
  ['Vary: *', { 'cache-control': 'max-age=600', vary: 'accept, *' }],
])('A8 not kept: %s', (_what, headers) => {
  expect(keepSeconds(headers, NOW)).toBe(0);
});
