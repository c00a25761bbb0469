// The page's texts in English. zh.js has the same keys.

export const en = {
  app: "My licences", practice: "Practice · no real business", home: "Home", signOut: "Sign out", startOver: "Start over", tryAgain: "Try again",
  confirm: "Confirm", cancel: "Cancel", today: "today {time}", tomorrow: "tomorrow {time}", counterName: "counter {counter}",

  whoAreYou: "Choose a holder", allInvented: "All people and licences here are invented, for practice.", signInFirst: "Sign in first; then you are taken back to the counter's request.",
  signInAs: "Enter the PIN to sign in.", pin: "Own PIN (6 digits)", practicePIN: "Practice PIN: {pin}", pinSix: "The PIN has 6 digits.",

  whatToDo: "What you can do", code: "Eight-digit code", codeShort: "Tell it to the clerk", scan: "Counter QR", scanShort: "Scan the QR on the pad",
  records: "Authorization records", recordsShort: "See every use, unbind at any time", myLicences: "My licences", noLicences: "You hold no electronic licences.",
  usedFor: "Used for", usedForNothing: "Not used yet.", validUntil: "Valid until: {date}", noEnd: "no end", inForce: "In force", suspended: "Suspended", withdrawn: "Withdrawn", lapsed: "Expired",

  codeIntro: "Tell the code to the clerk to let the chosen licences be called up.", whichLicences: "Licences that may be called up", whichHall: "Hall where it is used", anyHall: "Any hall",
  anyHallNote: "A code for any hall asks you to confirm once more on this phone when it is used.", whichItem: "Only for one service item (optional)", itemHint: "Name or pinyin initials",
  itemsFound: "{n} items found", itemsNone: "Nothing found. Try other words, or leave it empty.", itemChosen: "Item chosen.", itemNeedsMore: "It needs licences that you do not hold",
  chooseOne: "Choose at least one licence.", makeCode: "Make a code", checkIdentity: "Confirm it is you", codePINText: "Enter the PIN to make the code.",
  tellCode: "Tell the clerk", orScan: "or let the clerk scan it", codePicture: "The code, for the counter's scanner", leftBefore: "Time left", where: "Where", howOften: "How often", onceOnly: "Once; void when the time is up", keepOpen: "Keep this page open: its use is confirmed here.",
  neverByPhone: "Say it only at the counter, in person. Whoever calls you and asks for it is a fraudster.", endCode: "Cancel this code", makeAnother: "Make another",
  codeUsed: "The code was used", codeUsedText: "The counter has your authorization; see the records. If it is not you who is being served, unbind it now.",
  codeExpired: "The code has expired", codeExpiredText: "It was not used and is void.", codeGone: "The code is void", codeGoneText: "It can't be used any more.",
  codeHidden: "The code that you made can't be shown again. Make a new one; the earlier one is then void.",
  secondsLeft: "{n} seconds left", waitMinutes: "Try again in about {n} minutes.",

  counterAsks: "Request from a counter", asksToUse: "{counter} asks to use", sameWords: "The pad must show the same words", item: "Service item", onlyThese: "{name} · only these {n}", ownConsent: "Sensitive: decide on each", ownOptional: "Tick to agree to this alone; the case goes on without it", ownNeeded: "Tick to agree to this alone; without it the item can't be served online", ownFirst: "This needs your own consent; otherwise choose Refuse", onlyYesNo: "{name} · answered yes or no, without the value",
  until: "Until", untilText: "This case only, before {time}; unbind at any time", basis: "Legal basis", kept: "Kept", keptText: "The case's content is kept {n} days, then deleted", clerk: "Clerk's pseudonym",
  answerWithin: "Time left to answer:", missing: "You do not hold: {names}. You can't agree, only refuse. Tell the clerk, who will serve you another way.",
  agree: "Agree and confirm it is you", agreeText: "Agree to the use for: {item}", refuse: "Refuse", notMe: "Not you? Refuse and report",
  report: "Refuse and report", reportText: "The request is refused, and it is kept that it is not you who is being served.", reportYes: "Report",
  agreed: "Agreed", agreedText: "Please look at the pad and go on there. You can unbind at any time in the records.", refused: "Refused", refusedText: "No licence was called up. The counter can serve you another way.",
  reported: "Refused and reported", reportedText: "No licence was called up. Your report is kept in the records; tell the hall as well.",

  scanIntro: "Scan the QR on the signature pad with the phone's camera, or open it here.", useCamera: "Scan with the camera", noCamera: "This browser can't scan: use the phone's camera, or paste the link.",
  cameraRefused: "The camera is not permitted. Allow it in the browser's settings, or paste the link.", cameraLabel: "Camera picture", pasteLink: "Paste the link", pasteFirst: "Paste the link first.", openLink: "Open",

  recordsIntro: "Every use of your licences is listed here.", recordsNone: "Nothing yet", recordsNoneText: "After an authorization its time, item and licences are listed here.", anyItem: "No item named",
  "what-authorized": "Authorized", "what-retrieved": "Called up", "what-declined": "Refused", "what-reported": "Reported", "what-expired": "Expired", "what-locked": "Locked", "what-revoked": "Unbound", "what-submitted": "Submitted", "what-abandoned": "Not finished",
  "by-code": "code", "by-qr": "counter QR", liveUntil: "The authorization stands until {time}", lapsedSince: "The authorization ended {time}; it can still be unbound", onLedger: "On the ledger · height {height}", notYetOnLedger: "Not yet on the ledger", ledgerUnknown: "The ledger can't be reached just now: where this stands is not known", digest: "Digest",
  unbind: "Unbind", unbindSure: "Unbind this authorization?", unbindText: "“{item}” can no longer use your licences, and the counter wipes what it holds. A case that was submitted stays as it is.", unbound: "Unbound.",

  receipt: "Receipt", receiptPlain: "A case on the ledger", case: "Case (on the ledger)", receiptTime: "Time", wasRead: "Read from {name} · {n}", ledgerHeight: "Height on the ledger", pending: "Not yet on the ledger",
  receiptNote: "The ledger holds digests only, not your name or number. Any node can confirm this height and digest.", receiptSignIn: "Sign in to see the item and what was read.",
  receiptUnknown: "This receipt is not known here", receiptUnknownText: "The link may be incomplete, or the receipt is another centre's. Scan the QR on the pad again.",

  refusals: {
    "request-expired": ["The request has expired", "It was not answered in time. Ask the clerk to show a new QR."],
    "request-withdrawn": ["The request was withdrawn", "The counter took it back. No licence was called up."],
    "already-done": ["Already answered", "This request was answered and can't be used again. See the records."],
    "grant-used": ["Already answered", "This request was answered and can't be used again. See the records."],
    declined: ["The request was refused", "No licence was called up."],
    "link-altered": ["The link is incomplete or was changed", "Scan the QR on the pad again; do not use links that others pass on."],
    "not-issued-here": ["Not a link of this centre", "It belongs to another service or may be a fake. Do not enter a PIN there; scan the QR on the pad."],
    "consent-missing": ["A consent is missing", "The item needs a sensitive field that you did not agree to. No licence was read."],
    "licence-not-held": ["A licence is missing", "You do not hold what is needed; the counter can serve you another way."],
    "grant-revoked": ["Already unbound", "This authorization was unbound before."],
    "grant-unknown": ["No such authorization", "It may have ended. See the records."],
    "grant-expired": ["The authorization has ended", "It ended by itself; there is nothing to unbind."],
    "wrong-kind": ["Too few licences chosen", "The item needs more than you chose. Make another code."],
    "wrong-item": ["The item can't be used", "Choose the item again."],
    "wrong-hall": ["The hall can't be used", "Choose the hall again."],
    "pin-wrong": ["The PIN is wrong.", "Enter it again."],
    "pin-locked": ["Too many wrong PINs: locked.", "Nothing was changed."],
    "sign-in-needed": ["Please sign in again", "The session has ended."],
    "centre-unreachable": ["The service can't be reached", "Check the network and try again. Nothing is lost."],
    "ledger-unreachable": ["Taken, waiting for the ledger", "Your answer was taken. The ledger can't be reached just now; it follows by itself, there is nothing to repeat."],
    other: ["It was not done", "The service is not available just now. Try again later, or tell the clerk."],
  },
};
