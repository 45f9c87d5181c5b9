import { type FetchedDocument, fetchDocument } from '../../../../lambda/broker/clients/document-fetch';
import { DocumentUnavailable, MetadataDocuments } from '../../../../lambda/broker/clients/metadata-documents';
import { Counters } from '../../../../lambda/broker/store/counters';
import { startBroker, type TestBroker } from '../../../support/broker';

jest.mock('../../../../lambda/broker/clients/document-fetch');
const fetched = jest.mocked(fetchDocument);

const ID = 'https://client.example/metadata.json';
const asker = { source: '192.0.2.1', requestId: 'r' };
const document: FetchedDocument = {
  ok: true,
  body: { client_id: ID, client_name: 'Client', redirect_uris: ['https://client.example/cb'] },
  keepSeconds: 60,
};

let at: TestBroker;
let now = 1_800_000_000;
let documents: MetadataDocuments;
beforeAll(async () => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  at = await startBroker();
  now = Math.floor(Date.now() / 1000);
  const config = { server: 'notes', clients: { metadataDocuments: { allowedHosts: ['client.example'] } } };
  const table = at.services.table;
  documents = new MetadataDocuments(config, table, new Counters(table, () => now), () => now);
});
afterAll(async () => {
  jest.restoreAllMocks();
  await at.stop();
});
beforeEach(() => fetched.mockReset());

test('A8 a document is fetched once while HTTP calls it fresh', async () => {
  fetched.mockResolvedValue(document);
  expect(await documents.find(ID, asker)).toMatchObject({ id: ID, name: 'Client' });
  expect(await documents.find(ID, asker)).toMatchObject({ id: ID });
  expect(fetched).toHaveBeenCalledTimes(1);
});

test.each<FetchedDocument>([
  { ok: false, problem: 'not_reachable' },
  { ok: false, problem: 'too_slow' },
  { ok: false, problem: 'not_resolvable' },
  { ok: false, problem: 'bad_status', detail: '503' },
  { ok: false, problem: 'bad_status', detail: '429' },
])('A8 a copy stands in while the host does not answer: %j', async (failure) => {
  now += 61;
  fetched.mockResolvedValue(failure);
  expect(await documents.find(ID, asker)).toMatchObject({ id: ID });
  expect(fetched).toHaveBeenCalledTimes(1);
});

test('A8 a host that says the document is gone ends the client, copy or not', async () => {
  now += 61;
  fetched.mockResolvedValue({ ok: false, problem: 'bad_status', detail: '404' });
  expect(await documents.find(ID, asker)).toBeUndefined();
});

test('A8 without a copy nothing is known: unavailable, and not unknown', async () => {
  fetched.mockResolvedValue({ ok: false, problem: 'too_slow' });
  await expect(documents.find('https://client.example/other.json', asker)).rejects.toThrow(DocumentUnavailable);
});

test('A8 who made too many fetches waits, and a client that is known is not shut out by it', async () => {
  now += 120;
  fetched.mockResolvedValue({ ok: false, problem: 'bad_status', detail: '404' });
  for (let n = 0; n < 20; n++) expect(await documents.find(`https://client.example/${n}.json`, asker)).toBeUndefined();
  await expect(documents.find('https://client.example/20.json', asker)).rejects.toThrow(DocumentUnavailable);
  expect(await documents.find(ID, asker)).toMatchObject({ id: ID });
  expect(fetched).toHaveBeenCalledTimes(20);
});

test('A8 a host that is not allowed is never asked', async () => {
  expect(await documents.find('https://elsewhere.example/metadata.json', asker)).toBeUndefined();
  expect(fetched).not.toHaveBeenCalled();
});
