import type { ReferenceWords } from "../english/reference.ts";
import type { Forms } from "../forms.ts";

export function reference({ counted }: Forms): ReferenceWords {
  const operations = { one: "Operation", other: "Operationen" };
  const errorNoun = { one: "Fehler", other: "Fehler" };
  return {
    title: "API-Referenz",
    oneDocument: (total) => `${counted(total, operations)}, ein Dokument`,
    countedOperations: (total) => counted(total, operations),
    text: (of) => [
      "JSON hinein und heraus, Fehler als Probleme nach RFC 9457, ",
      of.errors,
      ". Dasselbe als OpenAPI-3.1-Dokument ist ",
      of.document,
      ", das jedes OpenAPI-Werkzeug liest. Programme senden ",
      of.header,
      "; die Anmeldung gibt ein Token. Was die API selbst sagt, ist Englisch.",
    ],
    eachError: "jeder mit dem nächsten Schritt",
    subjects: "Themen",
    body: "Inhalt",
    answer: (status) => `Antwort ${status}`,
    nothing: "Nichts.",
    needsNothing: "Braucht keine Anmeldung.",
    needsLogIn: "Für alle, die angemeldet sind.",
    needs: (permission) => `Braucht die Berechtigung ${permission}.`,
    parameters: "Parameter",
    required: ", erforderlich",
    refusals: "Ablehnungen",
    errors: "Fehler",
    errorsTitle: (total) => `${counted(total, errorNoun)}, jeder mit dem nächsten Schritt`,
    errorsText:
      "Codes ändern nie ihre Bedeutung. Ein als vorübergehend bezeichneter Fehler kann von selbst verschwinden: Senden Sie dieselbe Anfrage später noch einmal.",
    countedErrors: (total) => counted(total, errorNoun),
    code: "Code",
    status: "Status",
    happened: "Was geschah",
    toDo: "Was zu tun ist",
    passing: ", vorübergehend",
  };
}
