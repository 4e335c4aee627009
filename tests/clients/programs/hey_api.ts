// Make, list, follow, fail and read errors, with the client that @hey-api/openapi-ts makes; its stream by its own reader.
import { client } from "./made/hey_api/client.gen";
import {
  createGeneration,
  createWebhook,
  deleteGeneration,
  followGeneration,
  getGeneration,
  listGenerations,
} from "./made/hey_api/sdk.gen";
import type { Error as ApiError } from "./made/hey_api/types.gen";

// Its address is the server that the document names.
client.setConfig({ auth: process.env.EASEL_KEY! });

function refusal({ error, response }: { error?: ApiError; response?: Response }) {
  if (!error || !response) throw new Error("it was not refused");
  return [response.status, error.error.code, error.error.message, error.error.details ?? null];
}

// By the stream, and then by polling.
async function follow(id: string) {
  const events: (string | undefined)[] = [];
  const { stream } = await followGeneration({ path: { id }, onSseEvent: ({ event }) => events.push(event) });
  for await (const _ of stream);
  for (;;) {
    const { data } = await getGeneration({ path: { id }, throwOnError: true });
    if (data.data.status === "success" || data.data.status === "failed") return { events, ended: data.data };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const wish = { prompt: "slow:1", aspectRatio: null, autoEnhance: null, enhancementOptions: null, meta: null };
const made = (
  await createGeneration({ body: wish, headers: { "Idempotency-Key": crypto.randomUUID() }, throwOnError: true })
).data.data;
const { events, ended } = await follow(made.id);
const listed = (await listGenerations({ query: { limit: 100 }, throwOnError: true })).data;
const failed = (await createGeneration({ body: { prompt: "blocked: a cat" }, throwOnError: true })).data.data;
console.log(
  JSON.stringify({
    made: made.status,
    listed: listed.data.some((each) => each.id === made.id) && listed.pagination.total === listed.data.length,
    events: [events[0], events.at(-1)],
    followed: [ended.status, ended.outputImage?.width],
    failed: (await follow(failed.id)).ended.errorMessage,
    waited: refusal(await createGeneration({ body: { prompt: "blocked: again" }, headers: { Prefer: "wait=60" } })),
    missing: refusal(await getGeneration({ path: { id: crypto.randomUUID() } })),
    refused: refusal(await createWebhook({ body: { url: "https://127.0.0.1/" } })),
    deleted: (await deleteGeneration({ path: { id: made.id }, throwOnError: true })).data.message,
  }),
);
