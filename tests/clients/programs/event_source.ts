// EventSources, more than may wait at once: the last is told how the generation stands, and comes again of itself.
import { EventSource } from "eventsource";

const headers = { "X-API-Key": process.env.EASEL_KEY! };
const generations = `${process.env.EASEL_URL}/api/v1/generations`;
const body = JSON.stringify({ prompt: "slow:5" });
const created = await fetch(generations, {
  method: "POST",
  headers: { ...headers, "Content-Type": "application/json" },
  body,
});
const { data } = (await created.json()) as { data: { id: string } };

function follow() {
  return new EventSource(`${generations}/${data.id}/events`, {
    fetch: (url, init) => fetch(url, { ...init, headers: { ...init?.headers, ...headers } }),
  });
}

const first = (source: EventSource, name: string) =>
  new Promise<unknown>((resolve) => source.addEventListener(name, resolve));

const waiting = [follow(), follow()];
await Promise.all(waiting.map((source) => first(source, "status")));
const refused = follow();
const told: string[] = [];
for (const name of ["message", "status", "done"]) refused.addEventListener(name, () => told.push(name));
await first(refused, "error"); // so it calls the end of a stream
console.log(JSON.stringify({ told, comesAgain: refused.readyState === EventSource.CONNECTING }));
for (const source of [...waiting, refused]) source.close();
