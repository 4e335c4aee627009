// Make, list, follow, fail and read errors, with the client that openapi-generator makes for TypeScript.
import { Configuration, GenerationsApi, ModelErrorFromJSON, ResponseError, WebhooksApi } from "./made/openapi_generator";

// Its address is the server that the document names.
const configuration = new Configuration({ apiKey: process.env.EASEL_KEY! });
const api = new GenerationsApi(configuration);
const webhooks = new WebhooksApi(configuration);

async function failure(call: Promise<unknown>) {
  try {
    await call;
  } catch (refused) {
    if (!(refused instanceof ResponseError)) throw refused;
    const { error } = ModelErrorFromJSON(await refused.response.json());
    return [refused.response.status, error.code, error.message, error.details ?? null];
  }
  throw new Error("it was not refused");
}

// By the stream, and then by polling.
async function follow(id: string) {
  const told = (await api.followGeneration({ id })) ?? "";
  const events = [...told.matchAll(/^event: (.*)$/gm)].map(([, name]) => name);
  for (;;) {
    const { data } = await api.getGeneration({ id });
    if (data.status === "success" || data.status === "failed") return { events, ended: data };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const wish = { prompt: "slow:1", aspectRatio: null, autoEnhance: null, enhancementOptions: null, meta: null };
const { data: made } = await api.createGeneration({ createGeneration: wish, idempotencyKey: crypto.randomUUID() });
const { events, ended } = await follow(made.id);
const listed = await api.listGenerations({ limit: 100 });
const { data: failed } = await api.createGeneration({ createGeneration: { prompt: "blocked: a cat" } });
console.log(
  JSON.stringify({
    made: made.status,
    listed: listed.data.some((each) => each.id === made.id) && listed.pagination.total === listed.data.length,
    events: [events[0], events.at(-1)],
    followed: [ended.status, ended.outputImage?.width],
    failed: (await follow(failed.id)).ended.errorMessage,
    waited: await failure(api.createGeneration({ createGeneration: { prompt: "blocked: again" }, prefer: "wait=60" })),
    missing: await failure(api.getGeneration({ id: crypto.randomUUID() })),
    refused: await failure(webhooks.createWebhook({ createWebhook: { url: "https://127.0.0.1/" } })),
    deleted: (await api.deleteGeneration({ id: made.id })).message,
  }),
);
