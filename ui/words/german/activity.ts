import type { ActivityWords } from "../english/activity.ts";
import type { Forms } from "../forms.ts";

export function activity({ counted }: Forms): ActivityWords {
  const devices = (count: number, one: string, other: string) =>
    counted(count, { one: `Gerät ${one}`, other: `Geräte ${other}` });
  const gateways = (count: number, one: string, other: string) =>
    counted(count, { one: `Gateway ${one}`, other: `Gateways ${other}` });
  return {
    title: "Was geschah",
    note: "Das Neueste zuerst",
    nothing: "Noch nichts. Geräte und Gateways, die kommen und gehen, erscheinen hier, und was Menschen tun.",
    all: "Protokoll",
    aCommand: "Ein Befehl auf dem Server",
    theGateway: "Das Gateway",
    one: {
      "device.added": (name) => [name, " kam dazu"],
      "device.removed": (name) => [name, " wurde entfernt"],
      "device.online": (name) => [name, " ist wieder online"],
      "device.late": (name) => [name, " ist verspätet"],
      "device.offline": (name) => [name, " ging offline"],
      "gateway.connected": (name) => [name, " hat sich verbunden"],
      "gateway.lost": (name) => [name, " hat die Verbindung verloren"],
    },
    many: {
      "device.added": (count) => devices(count, "kam dazu", "kamen dazu"),
      "device.removed": (count) => devices(count, "wurde entfernt", "wurden entfernt"),
      "device.online": (count) => devices(count, "ist online", "sind online"),
      "device.late": (count) => devices(count, "ist verspätet", "sind verspätet"),
      "device.offline": (count) => devices(count, "ging offline", "gingen offline"),
      "gateway.connected": (count) => gateways(count, "hat sich verbunden", "haben sich verbunden"),
      "gateway.lost": (count) =>
        gateways(count, "hat die Verbindung verloren", "haben die Verbindung verloren"),
    },
    deeds: {
      "site.create": (actor, target) => [actor, " hat den Standort ", target, " angelegt"],
      "site.update": (actor, target) => [actor, " hat den Standort ", target, " geändert"],
      "site.delete": (actor, target) => [actor, " hat den Standort ", target, " gelöscht"],
      "site.restore": (actor, target) => [actor, " hat den Standort ", target, " zurückgeholt"],
      "site.import": (actor, target) => [actor, " hat ", target, " eingelesen"],
      "device.update": (actor, target) => [actor, " hat ", target, " geändert"],
      "organization.configure": (actor, target) => [actor, " hat alle Geräte von ", target, " konfiguriert"],
      "site.configure": (actor, target) => [actor, " hat die Geräte von ", target, " konfiguriert"],
      "type.schema": (actor, target) => [
        actor,
        " hat festgelegt, welche Einstellungen Geräte vom Typ ",
        target,
        " haben",
      ],
      "type.configure": (actor, target) => [actor, " hat die Geräte vom Typ ", target, " konfiguriert"],
      "device.configure": (actor, target) => [actor, " hat ", target, " konfiguriert"],
      "device.import": (actor, target) => [actor, " hat ", target, " eingelesen"],
      "device.bulk": (actor, target) => [actor, " hat ", target, " geändert"],
      "device.bulk-undo": (actor, target) => [actor, " hat eine Änderung an ", target, " zurückgenommen"],
      "job.create": (actor, target) => [actor, " hat den Auftrag ", target, " angelegt"],
      "job.pause": (actor, target) => [actor, " hat ", target, " angehalten"],
      "job.resume": (actor, target) => [actor, " hat ", target, " weitergehen lassen"],
      "job.retry": (actor, target) => [actor, " hat wiederholen lassen, was von ", target, " fehlschlug"],
      "job.cancel": (actor, target) => [actor, " hat ", target, " abgebrochen"],
      "job.cancel-execution": (actor, target) => [actor, " hat ", target, " abgebrochen"],
      "job.order": (actor, target) => [actor, " hat ", target, " in der Warteschlange verschoben"],
      "gateway.claim": (actor, target) => [actor, " hat einen Code für ", target, " gemacht"],
      "gateway.revoke": (actor, target) => [actor, " hat das Gateway ", target, " gesperrt"],
      "invitation.create": (actor, target) => [actor, " hat ", target, " eingeladen"],
      "invitation.withdraw": (actor, target) => [actor, " hat die Einladung von ", target, " zurückgenommen"],
      "member.join": (_actor, target) => [target, " gehört nun dazu"],
      "member.update": (actor, target) => [actor, " hat die Rolle von ", target, " geändert"],
      "member.remove": (actor, target) => [actor, " hat ", target, " entfernt"],
      "role.create": (actor, target) => [actor, " hat die Rolle ", target, " angelegt"],
      "role.update": (actor, target) => [actor, " hat die Rolle ", target, " geändert"],
      "role.delete": (actor, target) => [actor, " hat die Rolle ", target, " gelöscht"],
      "retention.update": (actor, _target) => [actor, " hat geändert, wie lange Messwerte aufbewahrt werden"],
    },
    other: (actor, action, target) => [actor, ": ", action, " ", target],
  };
}
