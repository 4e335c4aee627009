// The page of /docs: Swagger UI on the OpenAPI document, with the picture below the answer that names it.
"use strict";

const KEPT_KEY = "easel-docs-key"; // in sessionStorage: gone with the tab
const LOOKS = 6;
const PAUSE_MS = 15_000; // between two of them
const page = document.getElementById("docs");

localStorage.removeItem("authorized"); // where this page kept the key before, for everybody who came after

// ── The key ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const KeyOfTheSession = {
  statePlugins: {
    auth: {
      wrapActions: {
        authorize: (authorize) => (given) => {
          sessionStorage.setItem(KEPT_KEY, given.ApiKey.value);
          return authorize(given);
        },
        logout: (logout) => (names) => {
          sessionStorage.removeItem(KEPT_KEY);
          return logout(names);
        },
      },
    },
  },
};

// ── The server ──────────────────────────────────────────────────────────────────────────────────────────────────────

// Operators open this page at addresses that are not the public one, to which a browser would not let it speak.
const ThisServer = {
  statePlugins: {
    spec: {
      wrapActions: {
        updateJsonSpec: (update) => (spec) => update({ ...spec, servers: [{ url: location.origin }] }),
      },
    },
  },
};

// ── The picture ─────────────────────────────────────────────────────────────────────────────────────────────────────

// The generations that an answer tells of: JSON, or a stream of events whose data is.
function generationsIn(text) {
  try {
    const { data } = JSON.parse(text);
    return Array.isArray(data) ? data : [data];
  } catch {
    return (text.match(/^data: .*$/gm) ?? []).map((line) => JSON.parse(line.slice("data: ".length)));
  }
}

// What is on its way to a webhook is pending, too; only a generation counts its retries.
const isUnderWay = (each) => ["pending", "processing"].includes(each?.status) && "retryCount" in each;

// By its events, which end with it; after ten minutes, or for want of a place to wait, they end before.
async function whenEnded(id, signal) {
  const headers = { "X-API-Key": sessionStorage.getItem(KEPT_KEY) ?? "" };
  for (let look = 0; look < LOOKS; look++) {
    if (look) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const answer = await fetch(`/api/v1/generations/${id}/events`, { headers, signal });
    if (!answer.ok) throw new Error((await answer.json()).error.message);
    const last = generationsIn(await answer.text()).at(-1);
    if (last && "outputImage" in last) return last;
  }
  throw new Error("It is still not there. Get the generation again later.");
}

const Pictures = ({ React }) => {
  const show = React.createElement;

  const Picture = ({ image }) =>
    show(
      "figure",
      { className: "easel-picture" },
      show("a", { href: image.storageUrl, target: "_blank", rel: "noreferrer" },
        show("img", { src: image.storageUrl, alt: "The picture" })),
      show("figcaption", null, `${image.mimeType}, ${image.width}×${image.height}`),
    );

  // Of one that is not yet there when the answer comes.
  const Awaited = ({ id }) => {
    const [ended, setEnded] = React.useState(null);
    React.useEffect(() => {
      const leaving = new AbortController();
      whenEnded(id, leaving.signal).then(setEnded, (error) => {
        if (!leaving.signal.aborted) setEnded({ errorMessage: error.message });
      });
      return () => leaving.abort();
    }, [id]);
    if (ended?.outputImage) return show(Picture, { image: ended.outputImage });
    return show("p", { className: "easel-picture" }, ended ? ended.errorMessage : "The picture is being made …");
  };

  const below = (text) => {
    const found = generationsIn(text);
    const done = found.filter((each) => each?.outputImage);
    if (done.length || found.length !== 1 || !isUnderWay(found[0])) {
      return done.map(({ id, outputImage }) => show(Picture, { key: id, image: outputImage }));
    }
    return [show(Awaited, { key: found[0].id, id: found[0].id })];
  };

  return {
    wrapComponents: {
      responseBody: (Body) => (given) =>
        show("div", null, show(Body, given), typeof given.content === "string" ? below(given.content) : null),
    },
  };
};

// ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

const ui = SwaggerUIBundle({
  url: page.dataset.document,
  domNode: page,
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [KeyOfTheSession, ThisServer, Pictures],
  layout: "BaseLayout",
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  onComplete: () => {
    const key = sessionStorage.getItem(KEPT_KEY);
    if (key) ui.preauthorizeApiKey("ApiKey", key);
  },
});
