import { expect, test } from "bun:test";
import type { ComponentChildren } from "preact";
import { renderToString } from "preact-render-to-string";
import { CONNECTIVITIES, HEALTHS } from "../../protocol/devices/device.ts";
import { makeEstate } from "../testing/fixtures.ts";
import { wordsOf } from "../words/catalogues.ts";
import { LANGUAGES, type Language } from "../words/languages.ts";
import { IslandWords, PageWords } from "../words/use-words.ts";
import { ConnectivityOf, DeviceConnectivity, DeviceHealth, HealthOf } from "./device-states.tsx";
import { Island } from "./island.tsx";

const [some] = makeEstate(Date.UTC(2026, 0, 1)).devices;

test("a state is the island that the browser renders again, with and without a reason", () => {
  for (const language of Object.keys(LANGUAGES) as Language[]) {
    const words = wordsOf(language);
    const html = (children: ComponentChildren) =>
      renderToString(
        <PageWords.Provider value={words}>
          <IslandWords.Provider value={words}>{children}</IslandWords.Provider>
        </PageWords.Provider>,
      );
    for (const connectivity of CONNECTIVITIES) {
      for (const health of HEALTHS) {
        for (const reason of [null, 'It said "no" & <fell> silent.']) {
          const device = {
            ...{ ...some!, connectivity, health, gatewayConnected: true },
            connectivityReason: reason,
            healthReasons: reason === null ? [] : [reason],
          };
          const { id } = device;
          const props = (why: string | null) => ({ id, connectivity, health, reason: why });
          const connection = reason === null ? null : words.reasons.connection(reason);
          const why = reason === null ? null : words.reasons.health(reason);
          expect(html(<ConnectivityOf device={device} />)).toBe(
            html(<Island name="device-connectivity" of={DeviceConnectivity} props={props(connection)} />),
          );
          expect(html(<HealthOf device={device} />)).toBe(
            html(<Island name="device-health" of={DeviceHealth} props={props(why)} />),
          );
        }
      }
    }
  }
});
