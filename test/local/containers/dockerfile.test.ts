import { readDockerfile } from '../../../local/deployment/containers/dockerfile';
import { argvOf, localWords } from '../../../local/deployment/containers/image';

const context = {
  name: 'the Dockerfile of App',
  buildArgs: { VERSION: '24' },
  isFolder: (path: string) => ['.', 'dist', 'public'].includes(path.replace(/\/$/, '')),
};
const read = (text: string) => readDockerfile(text, context);
const run = (text: string, container: object = {}) =>
  argvOf({ folder: '/here', program: read(text) }, { name: 'App', ...container });

const NODE = 'FROM node:24-alpine\nWORKDIR /app\n';

test('reads what runs, where, with which variables', () => {
  const program = read(`# syntax=docker/dockerfile:1
ARG VERSION=20
FROM --platform=$BUILDPLATFORM public.ecr.aws/docker/library/node:\${VERSION}-alpine@sha256:abc AS server
LABEL a=b
ENV NODE_ENV=production GREETING="good day"
ENV OLD style of it
WORKDIR /srv
WORKDIR app
COPY --chown=node:node package.json index.mjs ./
COPY dist ./dist
COPY public/ public/
RUN npm ci \\
  # a comment between
  --omit=dev
USER node
EXPOSE 3000/tcp
ENTRYPOINT ["node"]
CMD ["index.mjs", "--port", "3000"]
`);
  expect(program).toEqual({
    runtime: 'node',
    workdir: '/srv/app',
    variables: { NODE_ENV: 'production', GREETING: 'good day', OLD: 'style of it' },
    entryPoint: ['node'],
    command: ['index.mjs', '--port', '3000'],
    ports: [3000],
    notRun: ["'RUN npm ci --omit=dev' is not run: what the command needs must be in the folder"],
  });
});

test.each([
  ['node:24', 'node'],
  ['gcr.io/distroless/nodejs24-debian12', 'node'],
  ['public.ecr.aws/lambda/nodejs:24', 'node'],
  ['python:3.13-slim', 'python'],
  ['gcr.io/distroless/python3-debian12', 'python'],
])('%s is an image of %s', (image, runtime) => {
  expect(read(`FROM ${image}`).runtime).toBe(runtime);
});

test('an image without a shell starts its runtime by itself', () => {
  expect(run('FROM gcr.io/distroless/nodejs24\nWORKDIR /app\nCOPY . .\nCMD ["index.mjs"]')).toEqual([
    process.execPath,
    'index.mjs',
  ]);
});

test.each([
  ['no image of Node.js or Python', 'FROM golang:1.24', "FROM in line 1 of the Dockerfile of App is 'golang:1.24'"],
  ['no FROM', 'WORKDIR /app', 'has no FROM'],
  ['a second stage', `${NODE}FROM node:24`, 'FROM in line 3 of the Dockerfile of App begins another stage'],
  ['a copy from a stage', `${NODE}COPY --from=build /x .`, 'COPY in line 3 of the Dockerfile of App has --from=build'],
  ['another layout', `${NODE}COPY dist .`, "puts 'dist' at /app, but here it stays at /app/dist"],
  ['another name', `${NODE}COPY server.mjs index.mjs`, "puts 'server.mjs' at /app/index.mjs"],
  ['another place', 'FROM node:24\nCOPY . /srv\nWORKDIR /app', "puts '.' at /srv, but here it stays at /app"],
  ['a pattern into another folder', `${NODE}COPY dist/*.mjs ./`, 'lay the folder out as the image is'],
  ['a line for a shell', `${NODE}CMD node index.mjs`, 'CMD in line 3 of the Dockerfile of App is no list'],
  [
    'an instruction nobody knows here',
    `${NODE}ADD https://x /y`,
    'ADD in line 3 of the Dockerfile of App is not known',
  ],
])('refuses %s', (_, text, message) => {
  expect(() => read(text)).toThrow(message);
});

test.each([
  ['everything', 'COPY . .'],
  ['everything to the working directory', 'COPY . /app'],
  ['files to it', 'COPY a.mjs b.mjs /app/'],
  ['a folder as it is', 'COPY dist/ /app/dist/'],
  ['a pattern', 'COPY *.mjs ./'],
  ['the list form', 'COPY ["a b.mjs", "./"]'],
])('copies %s', (_, line) => {
  expect(() => read(`${NODE}${line}`)).not.toThrow();
});

test('node and python are those of this machine; paths in the image lead into the folder', () => {
  expect(run(`${NODE}CMD ["/usr/local/bin/node", "/app/dist/index.mjs"]`)).toEqual([
    process.execPath,
    '/here/dist/index.mjs',
  ]);
  expect(run('FROM python:3.13\nWORKDIR /app\nCMD ["python", "-m", "server"]')).toEqual(['python3', '-m', 'server']);
  const image = { folder: '/here', program: read(NODE) };
  expect(localWords(['node', 'index.mjs', 'health'], image, 'App')).toEqual([process.execPath, 'index.mjs', 'health']);
});

test('command and entry point of the container come before those of the image', () => {
  const text = `${NODE}ENTRYPOINT ["node"]\nCMD ["index.mjs"]`;
  expect(run(text, { command: ['other.mjs'] })).toEqual([process.execPath, 'other.mjs']);
  expect(run(text, { entryPoint: ['node', 'main.mjs'] })).toEqual([process.execPath, 'main.mjs']);
});

test('refuses to start anything else, and nothing at all', () => {
  expect(() => run(`${NODE}CMD ["npm", "start"]`)).toThrow("App starts 'npm': only node and python are found here");
  expect(() => run(NODE)).toThrow('App has neither CMD nor ENTRYPOINT');
});
