package casework

import (
	"errors"
	"fmt"
	"time"
)

// RefusalKind is a published reason code: code switches on it, the texts in
// assets explain it to people in both languages.
type RefusalKind string

// Refusals of an authorization. Unknown, used, expired, revoked and
// not-issued-here are kept apart for the clerk; see the authorization service
// for what a guesser may learn.
const (
	CodeMalformed  RefusalKind = "code-malformed"  // not eight digits
	CodeUnknown    RefusalKind = "code-unknown"    // no live code here
	CodeUsed       RefusalKind = "code-used"       // redeemed before
	CodeExpired    RefusalKind = "code-expired"    // older than its life
	CodeLocked     RefusalKind = "code-locked"     // too many wrong tries on this code
	TriesExhausted RefusalKind = "tries-exhausted" // counter's, clerk's, hall's or city's budget is spent
	NotIssuedHere  RefusalKind = "not-issued-here" // a link or code of another centre
	LinkAltered    RefusalKind = "link-altered"    // a link of ours that was changed
	LinkForPhone   RefusalKind = "link-for-phone"  // a link of ours that holds no code: it is for the citizen's phone
	ScanNotNow     RefusalKind = "scan-not-now"    // a code was scanned while none is asked for
	ScanSpoilt     RefusalKind = "scan-spoilt"     // a part of a scan was lost
	RequestExpired RefusalKind = "request-expired" // the QR was not answered in time
	Declined       RefusalKind = "declined"        // the citizen refused
	GrantUnknown   RefusalKind = "grant-unknown"
	GrantNotYet    RefusalKind = "grant-not-yet-valid"
	GrantLapsed    RefusalKind = "grant-expired"
	GrantWithdrawn RefusalKind = "grant-revoked" // 解绑
	GrantUsed      RefusalKind = "grant-used"
	WrongHall      RefusalKind = "wrong-hall"
	WrongItem      RefusalKind = "wrong-item"
	WrongKind      RefusalKind = "wrong-kind"  // a licence kind that the grant does not name
	WrongGrant     RefusalKind = "wrong-grant" // not the grant that authorized the case
)

// Refusals of an authorization by paper originals, or by somebody who acts.
const (
	OriginalsMissing RefusalKind = "originals-missing"    // not every original that the item needs was shown
	NotCompared      RefusalKind = "person-not-compared"  // 人证一致 was not ticked
	PaperReasonUnset RefusalKind = "paper-reason-missing" // why paper is not said
	ActingMissing    RefusalKind = "acting-missing"       // who acts, or by what right, is not noted
	RoleUnfit        RefusalKind = "role-unfit"           // a role that the item's audience does not have
	NumberWrong      RefusalKind = "number-check"         // a number typed off an original fails its check character
	DayWrong         RefusalKind = "day-wrong"            // not a day as YYYYMMDD
)

// Refusals on the citizen's phone.
const (
	SignInNeeded     RefusalKind = "sign-in-needed"    // no session, or one that has ended
	ConfirmNeeded    RefusalKind = "confirm-needed"    // the holder must say again who it is, just before
	PINWrong         RefusalKind = "pin-wrong"         // or an unknown holder: not told apart
	PINLocked        RefusalKind = "pin-locked"        // too many wrong passwords; passes with time
	PasswordWeak     RefusalKind = "password-weak"     // easily guessed, too short, or no digits
	PasswordUnset    RefusalKind = "password-unset"    // the holder has set none yet
	PasskeyRefused   RefusalKind = "passkey-refused"   // no whole answer of a known passkey to a challenge of ours
	PasskeyCopied    RefusalKind = "passkey-copied"    // its signature counter went back
	PasskeyUnknown   RefusalKind = "passkey-unknown"   // not one of this holder's
	PasskeysFull     RefusalKind = "passkeys-full"     // the holder has as many as there may be
	EnrolmentUnknown RefusalKind = "enrolment-unknown" // a one-time code that is wrong, spent or too old: not told apart
	HolderUnknown    RefusalKind = "holder-unknown"    // nobody in the licence repository
	ReportsFull      RefusalKind = "reports-full"      // the holder reported as much today as there may be
	ReportUnknown    RefusalKind = "report-unknown"    // no such report, or no such record to report
)

// Refusals of a licence.
const (
	IssuerUnknown     RefusalKind = "issuer-unknown"
	IssuerSignature   RefusalKind = "issuer-signature" // the issuer's signature does not hold
	IdentifierCheck   RefusalKind = "identifier-check" // the identifier's check digit fails
	LicenceExpired    RefusalKind = "licence-expired"
	LicenceSuspended  RefusalKind = "licence-suspended" // 吊销, 中止
	LicenceNotHeld    RefusalKind = "licence-not-held"
	RoleEnded         RefusalKind = "role-ended"      // who acts for the entity may not, or not any more
	ActingMismatch    RefusalKind = "acting-mismatch" // a licence names another person or entity than the authorization
	ConsentMissing    RefusalKind = "consent-missing" // a sensitive field that the item can't do without was not agreed to
	FieldNotDisclosed RefusalKind = "field-not-disclosed"
)

// Refusals of an entry, decided by Standing.Next, the ledger and the verifier.
const (
	Malformed          RefusalKind = "malformed"
	UnsupportedVersion RefusalKind = "unsupported-version"
	UnsupportedSuite   RefusalKind = "unsupported-suite"
	WrongChain         RefusalKind = "wrong-chain"
	KeyUnknown         RefusalKind = "key-unknown"
	KeyWithdrawn       RefusalKind = "key-withdrawn"
	KeySuspended       RefusalKind = "key-suspended"    // passes when the hall resumes the key
	HallUnknown        RefusalKind = "hall-unknown"     // a hall that has no part in this ledger
	KeyNotEntitled     RefusalKind = "key-not-entitled" // a key used for what it is not enrolled for
	BadSignature       RefusalKind = "bad-signature"
	ForbiddenStep      RefusalKind = "forbidden-step"
	CaseEnded          RefusalKind = "case-ended"
	WrongCase          RefusalKind = "wrong-case"
	WrongSequence      RefusalKind = "wrong-sequence"
	WrongPrevious      RefusalKind = "wrong-previous"
	WrongConfirmation  RefusalKind = "wrong-confirmation"
	WrongWhole         RefusalKind = "wrong-whole"
	WrongCommitment    RefusalKind = "wrong-commitment"
	WrongReceipt       RefusalKind = "wrong-receipt"
	AlreadyDone        RefusalKind = "already-done"
	SignatureMissing   RefusalKind = "signature-missing"
	PhotoMissing       RefusalKind = "photo-missing"
	PhotoNotAsked      RefusalKind = "photo-not-asked"
	TimeInFuture       RefusalKind = "time-in-future"
	TimeBeforePrevious RefusalKind = "time-before-previous"
)

// Refusals of whoever sits at the counter.
const (
	NotSignedIn     RefusalKind = "not-signed-in"       // nobody is signed in
	CounterLocked   RefusalKind = "counter-locked"      // somebody is, and is away
	ClerkRefused    RefusalKind = "clerk-refused"       // number or password is wrong: not told apart
	ClerkSlowed     RefusalKind = "clerk-slowed"        // wrong too often: Wait says how long, a minute at most
	ClerkSuspended  RefusalKind = "clerk-suspended"     // the hall lets the person work no more
	RosterMissing   RefusalKind = "roster-missing"      // the counter has never heard who may work here
	RosterOld       RefusalKind = "roster-old"          // it heard so long ago that it may not go by it
	RoleNotEnough   RefusalKind = "role-not-enough"     // the role does not have the duty
	PasswordFirst   RefusalKind = "password-first"      // the one-time password must be changed now
	OwnPasswordWeak RefusalKind = "clerk-password-weak" // of a clerk: too short, or easily guessed
	CardMissing     RefusalKind = "card-missing"        // no card in the reader, or no reader
	CardRefused     RefusalKind = "card-refused"        // the PIN is wrong
	CardLocked      RefusalKind = "card-locked"         // by its own count of wrong PINs
	CardUnknown     RefusalKind = "card-unknown"        // its key is nobody's in this hall
	PresenceNeeded  RefusalKind = "presence-needed"     // say again who you are, just before this step
	SecondNeeded    RefusalKind = "second-needed"       // a second person must stand by
	SecondUnfit     RefusalKind = "second-unfit"        // the same person, or not in the role
)

// Refusals of the shift.
const (
	CounterClosed   RefusalKind = "counter-closed"    // no new case until it is opened
	CaseAtCounter   RefusalKind = "case-at-counter"   // end it or put it aside before closing
	ClockAhead      RefusalKind = "clock-ahead"       // the ledger would take no entry: no new case
	HandOverUnnamed RefusalKind = "hand-over-unnamed" // the number of nobody who takes over, or one's own
)

// Refusals of the counter's own identity.
const (
	JournalBehind    RefusalKind = "journal-behind"    // the ledger knows more of this counter than its journal
	KeyLost          RefusalKind = "key-lost"          // a journal with cases, and no device key beside it
	KeyDamaged       RefusalKind = "key-damaged"       // the key file is not as it was written
	KeyNotOurs       RefusalKind = "key-not-ours"      // settings or an approval are for another key than this counter's
	PassphraseWrong  RefusalKind = "passphrase-wrong"  // the key file does not open with it
	PassphraseNeeded RefusalKind = "passphrase-needed" // and nobody is there to ask
	PassphraseUnsaid RefusalKind = "passphrase-unsaid" // whoever was asked closed the question
	PassphraseWeak   RefusalKind = "passphrase-weak"   // too short for a new one
	KeyringRefused   RefusalKind = "keyring-refused"   // the system's keyring does not answer, or does not hold it
	ChipRefused      RefusalKind = "chip-refused"      // the machine's TPM does not answer, or does not open it
	TokenMissing     RefusalKind = "token-missing"     // the token with the key is not there, or its module does not work
	TokenGone        RefusalKind = "token-gone"        // it was pulled at work, or no longer answers
	TokenPINWrong    RefusalKind = "token-pin-wrong"   // the token does not take the PIN
	TokenPINLast     RefusalKind = "token-pin-last"    // one more wrong PIN locks the token
	TokenPINNeeded   RefusalKind = "token-pin-needed"  // and nobody is there to ask
	TokenPINUnsaid   RefusalKind = "token-pin-unsaid"  // whoever was asked closed the question
	TokenLocked      RefusalKind = "token-locked"      // by its own count of wrong PINs
	TokenMany        RefusalKind = "token-many"        // not clear which of several tokens or keys is meant
	TokenOther       RefusalKind = "token-other"       // it has another key under the label
	TokenUnfit       RefusalKind = "token-unfit"       // it can't make, keep or use such a key
	TokenSuite       RefusalKind = "token-suite"       // keys of suite 2 are on no token
	TokenUnnamed     RefusalKind = "token-unnamed"     // module or label is not said, or the label is the present key's
	KeyStays         RefusalKind = "key-stays"         // a key moves neither onto a token nor off it
	RequestInvalid   RefusalKind = "request-invalid"   // no enrolment request, or one that does not prove its key
)

// Refusals of the surroundings: nothing is lost, and the same step can be tried
// again when they pass.
const (
	CentreUnreachable  RefusalKind = "centre-unreachable"
	CentreFailing      RefusalKind = "centre-failing" // answered 5xx
	CentreGarbled      RefusalKind = "centre-garbled" // answered what is no answer
	CounterNotEnrolled RefusalKind = "counter-not-enrolled"
	LedgerUnreachable  RefusalKind = "ledger-unreachable"
	LedgerForked       RefusalKind = "ledger-forked"   // nodes show different blocks for one height, both well signed
	LedgerStopped      RefusalKind = "ledger-stopped"  // queued longer than the limit: no new cases
	JournalForeign     RefusalKind = "journal-foreign" // not an SQLite journal of ours
	JournalNewer       RefusalKind = "journal-newer"   // made by a newer program
	JournalBusy        RefusalKind = "journal-busy"    // a second program on the same journal
	JournalFull        RefusalKind = "journal-full"
	JournalDamaged     RefusalKind = "journal-damaged"    // a record fails its seal or chain
	JournalUnwritable  RefusalKind = "journal-unwritable" // no right to write, or the disk fails
	ContentForgotten   RefusalKind = "content-forgotten"  // the case's key was destroyed; entries and receipts stay
	SettingsInvalid    RefusalKind = "settings-invalid"
	SettingsMissing    RefusalKind = "settings-missing" // none were named and none lie where they are looked for
	SuiteFixed         RefusalKind = "suite-fixed"      // the counter's keys are of another suite than its settings say
	CatalogueInvalid   RefusalKind = "catalogue-invalid"
	RegisterInvalid    RefusalKind = "register-invalid" // of the licence repository; the one before stays
	PadMissing         RefusalKind = "pad-missing"
	PadLost            RefusalKind = "pad-lost"    // vanished during use
	PadGarbled         RefusalKind = "pad-garbled" // sent what its protocol does not allow
	PadUnsupported     RefusalKind = "pad-unsupported"
	PadDenied          RefusalKind = "pad-denied"     // there, and this user may not open it
	PadBusy            RefusalKind = "pad-busy"       // another program uses it
	NobodyToAsk        RefusalKind = "nobody-to-ask"  // questions for a person, and no terminal with one
	InkIncomplete      RefusalKind = "ink-incomplete" // a gap in the report sequence
	InkTooLittle       RefusalKind = "ink-too-little" // a dot is no signature
	CameraMissing      RefusalKind = "camera-missing"
	CameraLost         RefusalKind = "camera-lost"
	CameraGarbled      RefusalKind = "camera-garbled"
	CameraDenied       RefusalKind = "camera-denied"   // there, and this user may not open it
	CameraBusy         RefusalKind = "camera-busy"     // another program uses it
	CameraPassword     RefusalKind = "camera-password" // a network camera wants another one
	CameraUnsupported  RefusalKind = "camera-unsupported"
	NoPage             RefusalKind = "no-page" // the corners are out of order, on one line, or too close together
	ScannerMissing     RefusalKind = "scanner-missing"
	ScannerDenied      RefusalKind = "scanner-denied"      // there, and this user may not open it
	ScannerBusy        RefusalKind = "scanner-busy"        // another program has it
	ScannerUnsupported RefusalKind = "scanner-unsupported" // no way to read it on this system
	FieldsUnfilled     RefusalKind = "fields-unfilled"     // required fields are still for the clerk
	NotNow             RefusalKind = "not-now"             // an intent that does not fit the moment
)

// Refusal is why something was not done. Detail is for the log and the auditor:
// a fixed English phrase, or a name of a kind or key, never anything personal.
type Refusal struct {
	Kind   RefusalKind
	Detail string
	Wait   time.Duration // until another try may help, where the far end said so; 0: not said
}

// Refuse returns a refusal of the given kind.
func Refuse(kind RefusalKind, detail string) *Refusal { return &Refusal{Kind: kind, Detail: detail} }

// Error returns the kind and the detail.
func (r *Refusal) Error() string {
	if r.Detail == "" {
		return string(r.Kind)
	}
	return fmt.Sprintf("%s: %s", r.Kind, r.Detail)
}

// Is makes errors.Is compare kinds: errors.Is(err, casework.Refuse(CodeUsed, "")).
func (r *Refusal) Is(target error) bool {
	t, ok := target.(*Refusal)
	return ok && t.Kind == r.Kind
}

// WaitOf returns how long to wait before another try, as the refusal within err
// says; 0 when it says nothing.
func WaitOf(err error) time.Duration {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Wait
	}
	return 0
}

// KindOf returns the kind of the refusal within err, or "" when err is none.
func KindOf(err error) RefusalKind {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Kind
	}
	return ""
}
