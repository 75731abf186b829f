import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { cleanup, render } from "@testing-library/preact";
import { act } from "preact/test-utils";
import { LiveContext } from "../live/live.ts";
import { fakeLive } from "../testing/fake-live.ts";
import { estate } from "../testing/views.ts";
import { wordsOf } from "../words/catalogues.ts";
import { IslandWords } from "../words/use-words.ts";
import { ConnectionIndicator } from "./connection.tsx";
import { DeviceConnectivity, DeviceHealth, DeviceTitle, SiteTitle } from "./device-states.tsx";
import { LastSeen } from "./last-seen.tsx";

const words = wordsOf("en");

let line: ReturnType<typeof fakeLive>;
const show = (content: preact.ComponentChildren) =>
  render(
    <IslandWords.Provider value={words}>
      <LiveContext.Provider value={{ live: line.live, propsMs: line.clock.nowMs() }}>
        {content}
      </LiveContext.Provider>
    </IslandWords.Provider>,
  ).container;
const status = (device: string, connectivity: "online" | "offline", health: "healthy" | "error") =>
  act(() => line.say({ type: "device:status", device, site: "s", connectivity, health, since: 1 }));
const beat = () => act(() => line.say({ type: "heartbeat", now: line.clock.nowMs() }));

beforeEach(() => {
  line = fakeLive();
  line.live.start(null);
});
afterEach(() => {
  cleanup();
  line.live.stop();
});

describe("the connection indicator", () => {
  test("tells the truth as it changes", async () => {
    const container = show(<ConnectionIndicator />);
    expect(container.textContent).toBe("Connecting");
    await beat();
    expect(container.textContent).toBe("Live");
    await act(() => line.cut());
    expect(container.textContent).toBe("Reconnecting");
    await act(() => line.live.unreached());
    expect(container.textContent).toStartWith("Offline since ");
  });

  test("offers the way back in when the session has ended", async () => {
    const container = show(<ConnectionIndicator />);
    await act(() => {
      line.live.connection.value = { kind: "ended", sinceMs: 0 };
    });
    expect(container.querySelector("a")?.getAttribute("href")).toBe("/login");
  });
});

describe("when a device was last seen", () => {
  test("is never in the future, whatever its clock says", async () => {
    const container = show(<LastSeen id="d1" at={null} />);
    const atMs = line.clock.nowMs() + 7_200_000;
    await act(() => line.say({ type: "telemetry", device: "d1", readings: [["power", atMs, 4]] }));
    expect(container.textContent).toStartWith("just now");
  });

  test("moves on with what is heard while the page is open", async () => {
    const nowMs = line.clock.nowMs();
    const container = show(<LastSeen id="d1" at={new Date(nowMs - 3_600_000).toISOString()} />);
    expect(container.textContent).toBe("1 h ago");
    await beat();
    await act(() =>
      line.say({ type: "telemetry", device: "d1", readings: [["temperature", nowMs - 20_000, 4]] }),
    );
    expect(container.textContent).toBe("20 s ago");
  });

  test("is never, until the first value", async () => {
    const container = show(<LastSeen id="d1" at={null} />);
    expect(container.textContent).toBe("Never");
    await beat();
    const readings: [string, number, number][] = [["temperature", line.clock.nowMs() - 30_000, 4]];
    await act(() => line.say({ type: "telemetry", device: "d1", readings }));
    expect(container.textContent).toBe("30 s ago");
  });
});

describe("states of devices", () => {
  const ofPage = { id: "d1", connectivity: "online", health: "healthy" } as const;

  test("change when they are heard to", async () => {
    const container = show(
      <>
        <DeviceConnectivity {...ofPage} reason="connected" />
        <DeviceHealth {...ofPage} reason={null} />
        <DeviceTitle {...ofPage} deviceName="Till 3" />
      </>,
    );
    expect(container.textContent).toBe("OnlineHealthyTill 3 is online and healthy");
    expect(container.querySelector(".state")?.getAttribute("title")).toBe("connected");
    await beat();
    await status("d1", "offline", "error");
    expect(container.textContent).toBe("OfflineErrorTill 3 is offline with an error");
    // The old reason does not belong to the new state.
    expect(container.querySelector(".state")?.getAttribute("title") ?? "").toBe("");
  });

  test("a page that came after the news is not overruled by it", async () => {
    await beat();
    line.live.device("d1");
    await status("d1", "offline", "error");
    const later = { live: line.live, propsMs: Date.now() + 60_000 };
    const { container } = render(
      <IslandWords.Provider value={words}>
        <LiveContext.Provider value={later}>
          <DeviceConnectivity {...ofPage} reason={null} />
        </LiveContext.Provider>
      </IslandWords.Provider>,
    );
    expect(container.textContent).toBe("Online");
  });

  test("the site counts again with every state", async () => {
    const devices = estate.devices.slice(0, 2).map(({ id }) => ({ ...ofPage, id, type: "payment-terminal" }));
    const container = show(<SiteTitle siteName="Cardiff Bay" devices={devices} />);
    expect(container.textContent).toBe("Cardiff Bay: 2 of 2 payment terminals healthy");
    await beat();
    await status(devices[1]!.id, "offline", "healthy");
    expect(container.textContent).toBe("Cardiff Bay: 1 of 2 payment terminals healthy");
    await status(devices[1]!.id, "online", "healthy");
    expect(container.textContent).toBe("Cardiff Bay: 2 of 2 payment terminals healthy");
  });
});
