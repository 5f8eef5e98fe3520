// Pictures of the app at the sizes of a desktop and of a phone, light and dark, against reviewed
// ones. UPDATE_SNAPSHOTS=1 replaces the reviewed pictures.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import {
  browsing,
  DIST,
  newContext,
  noBrowser,
  open,
  PATIENCE,
  showTable,
  waitForFit,
} from "./page.mjs";

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), "pictures");

/** Maximum number of differing pixels; a missing stroke of a letter differs in about ten. */
const MAX_DIFFERING = 30;

const DEVICES = {
  "1440x900": { viewport: { width: 1440, height: 900 } },
  "390x844": { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};

describe("pictures of the app", { skip: noBrowser, timeout: PATIENCE }, () => {
  const site = browsing(DIST);

  for (const [size, device] of Object.entries(DEVICES)) {
    for (const theme of ["light", "dark"]) {
      test(`${size}, ${theme}`, async (t) => {
        const context = await newContext(site.browser, { ...device, colorScheme: theme });
        t.after(() => context.close());
        const { page } = await open(context, site.server.address);
        await showTable(page);
        await waitForFit(page);
        // The comparison of surrogates takes long and is not in the picture.
        await page
          .locator("#plain-jobs p", { hasText: "Comparing surrogates" })
          .getByRole("button")
          .click();
        await page.waitForFunction(() => !document.querySelector("#plain-jobs button"));
        await page.locator("#toggle").click();
        await settled(page);
        // The footer is written in the fonts of the system; its height is the same with any.
        const drawn = await page.screenshot({ mask: [page.locator("footer")], maskColor: "#888" });
        compare(drawn, `${size}-${theme}`);
      });
    }
  }
});

/** Waits until two frames, a second apart, are the same. */
async function settled(page) {
  let last;
  for (let patience = 20; patience > 0; patience -= 1) {
    const now = await page.screenshot();
    if (last?.equals(now)) return;
    last = now;
    await page.waitForTimeout(1000);
  }
  assert.fail("the app keeps changing its picture");
}

function compare(drawn, name) {
  const file = join(FOLDER, `${name}.png`);
  if (process.env.UPDATE_SNAPSHOTS) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(file, drawn);
    return;
  }
  assert.ok(existsSync(file), `no ${file}: UPDATE_SNAPSHOTS=1 makes it`);
  const [ours, kept] = [drawn, readFileSync(file)].map((content) => PNG.sync.read(content));
  assert.deepEqual([ours.width, ours.height], [kept.width, kept.height]);
  const diff = new PNG({ width: ours.width, height: ours.height });
  const differing = pixelmatch(ours.data, kept.data, diff.data, ours.width, ours.height, {
    includeAA: true,
  });
  if (differing > MAX_DIFFERING) {
    writeFileSync(file.replace(".png", ".new.png"), drawn);
    writeFileSync(file.replace(".png", ".diff.png"), PNG.sync.write(diff));
  }
  assert.ok(
    differing <= MAX_DIFFERING,
    `${differing} pixels of ${name}.png differ; see ${name}.new.png and ${name}.diff.png`,
  );
}
