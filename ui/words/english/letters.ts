/** The letters people get by mail. Parameters that people wrote, such as names, stand as they are. */
export function letters() {
  return {
    resetSubject: "Set a new HOMEPOT password",
    resetReason: (email: string) => `Somebody asked to set a new password for ${email}.`,
    resetReasonAt: (email: string, organizations: string) =>
      `Somebody asked to set a new password for ${email} at ${organizations}.`,
    resetAction: "Set a new password",
    resetGood:
      "The link is good for one hour and for one password. With the new password all sessions of the account end.",
    resetNotYou: "If it was not you, do nothing: your password stays as it is. Never pass the link on.",
    invitationSubject: (organization: string) => `Join ${organization} on HOMEPOT`,
    invitationReason: (person: string, organization: string) =>
      `${person} invites you to join ${organization} on HOMEPOT, where the devices of its sites are looked after.`,
    invitationAction: "See the invitation",
    invitationGood: "The link works once, for seven days. A newer invitation takes its place.",
    invitationNotYou: (person: string, organization: string) =>
      `If you do not know ${person} or ${organization}, do nothing: without you the invitation comes to nothing.`,
    notificationAction: "Open",
    notificationWhy:
      "You get this because your organisation sends notifications by email. In the settings of notifications you can turn letters off.",
    testSubject: "HOMEPOT can send mail",
    testReason: "An administrator of HOMEPOT tried out whether its mail arrives. It does.",
    testNotYou: "If it was not you who tried it out, there is nothing to do.",
  };
}

export type LetterWords = ReturnType<typeof letters>;
