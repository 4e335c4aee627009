// Make, list, follow, fail and read errors, with openapi-typescript's types and openapi-fetch; its stream by EventSource,
// and by fetch-event-source.
import { fetchEventSource } from "@microsoft/fetch-event-source";
import { EventSource } from "eventsource";
import createClient from "openapi-fetch";

import type { components, paths } from "./made/openapi_typescript";

const baseUrl = process.env.EASEL_URL!;
const headers = { "X-API-Key": process.env.EASEL_KEY! };
const client = createClient<paths>({ baseUrl, headers });

function refusal({ error, response }: { error?: components["schemas"]["Error"]; response: Response }) {
  if (!error) throw new Error("it was not refused");
  return [response.status, error.error.code, error.error.message, error.error.details ?? null];
}

function source(id: string) {
  const withKey: typeof fetch = (url, init) => fetch(url, { ...init, headers: { ...init?.headers, ...headers } });
  return new EventSource(`${baseUrl}/api/v1/generations/${id}/events`, { fetch: withKey });
}

function followBySource(id: string): Promise<string[]> {
  const events: string[] = [];
  const following = source(id);
  for (const name of ["message", "status", "progress", "done"]) {
    following.addEventListener(name, () => {
      events.push(name);
      if (name === "done") following.close();
    });
  }
  return new Promise((resolve) => following.addEventListener("done", () => resolve(events)));
}

async function followByFetch(id: string): Promise<string[]> {
  const events: string[] = [];
  // It is made for browsers.
  Object.assign(globalThis, { window: globalThis, document: { removeEventListener() {} } });
  await fetchEventSource(`${baseUrl}/api/v1/generations/${id}/events`, {
    headers,
    fetch,
    openWhenHidden: true,
    onmessage: ({ event }) => void events.push(event),
  });
  return events;
}

async function poll(id: string) {
  for (;;) {
    const { data, error } = await client.GET("/api/v1/generations/{id}", { params: { path: { id } } });
    if (error) throw new Error(error.error.message);
    if (data.data.status === "success" || data.data.status === "failed") return data.data;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function create(body: components["schemas"]["CreateGeneration"]) {
  const header = { "Idempotency-Key": crypto.randomUUID() };
  const { data, error } = await client.POST("/api/v1/generations", { body, params: { header } });
  if (error) throw new Error(error.error.message);
  return data.data;
}

const made = await create({
  prompt: "slow:1",
  aspectRatio: null,
  autoEnhance: null,
  enhancementOptions: null,
  meta: null,
});
const [events, again] = await Promise.all([followBySource(made.id), followByFetch(made.id)]);
if (JSON.stringify(events) !== JSON.stringify(again)) throw new Error(`${events} is not ${again}`);
const ended = await poll(made.id);
const listed = (await client.GET("/api/v1/generations", { params: { query: { limit: 100 } } })).data!;
const failed = await create({ prompt: "blocked: a cat" });
const waited = await client.POST("/api/v1/generations", {
  body: { prompt: "blocked: again" },
  params: { header: { Prefer: "wait=60" } },
});
const id = crypto.randomUUID();
console.log(
  JSON.stringify({
    made: made.status,
    listed: listed.data.some((each) => each.id === made.id) && listed.pagination.total === listed.data.length,
    events: [events[0], events.at(-1)],
    followed: [ended.status, ended.outputImage?.width],
    failed: (await poll(failed.id)).errorMessage,
    waited: refusal(waited),
    missing: refusal(await client.GET("/api/v1/generations/{id}", { params: { path: { id } } })),
    refused: refusal(await client.POST("/api/v1/webhooks", { body: { url: "https://127.0.0.1/" } })),
    deleted: (await client.DELETE("/api/v1/generations/{id}", { params: { path: { id: made.id } } })).data!.message,
  }),
);
