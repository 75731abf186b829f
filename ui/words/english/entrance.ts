import type { Forms } from "../forms.ts";
import type { Rich, Slot } from "../rich.ts";

/** The pages before a log-in. */
export function entrance({ count }: Forms) {
  return {
    logIn: "Log in",
    email: "Email",
    password: "Password",
    name: "Your name",
    organization: "Organisation",
    passwordHint: (least: number) =>
      `At least ${count(least)} characters; a few words are better than a puzzle.`,
    passwordSet: "Your new password is set. Log in with it.",
    forgotIt: "Forgot it?",
    stayLoggedIn: "Stay logged in for 30 days",
    newHere: "New here?",
    makeAccount: "Make an account",
    setUp: "Set up HOMEPOT",
    setUpText: "Make the first account. It owns the organisation; you can invite others to it.",
    signUpText: "It owns a new organisation; you can invite others to it.",
    haveOne: "Have one?",
    makeTheAccount: "Make the account",
    setNewPassword: "Set a new password",
    linkSent: (email: Slot): Rich => [
      "If there is an account with ",
      email,
      ", a link is on its way to it. It is good for one hour. Look into the spam folder, too.",
    ],
    linkLogged: (email: Slot): Rich => [
      "If there is an account with ",
      email,
      ", whoever runs this service has a link for it now, and can give it to you. It is good for one hour.",
    ],
    tellEmailUnmailed:
      "This service sends no mail. Tell us your email, and whoever runs it can give you a link.",
    askForLink: "Ask for the link",
    tellEmail: "Tell us your email, and you get a link.",
    sendLink: "Send the link",
    backToLogIn: "Back to log in",
    choosePassword: "Choose a new password",
    sessionsEnd: "All your sessions end, on every machine.",
    newPassword: "New password",
    currentPassword: "The password you have",
    changePassword: "Change the password",
    settings: "Settings",
    changeEndsSessions: "Every other session ends with it.",
    setPassword: "Set the password",
    askAgain: "Ask for another link",
    linkUsed: "This link cannot be used any more",
    linkUsedText: "A link is good for one hour and for one password. Ask for another one below.",
  };
}

export type EntranceWords = ReturnType<typeof entrance>;
