package casework

// StepKind is the kind of a step and of the entry written about it.
type StepKind string

// The steps of a case, in their usual order (DESIGN: "A case").
const (
	Opened       StepKind = "opened"
	Authorized   StepKind = "authorized"
	Retrieved    StepKind = "retrieved"
	Confirmed    StepKind = "confirmed"
	Signed       StepKind = "signed"
	Photographed StepKind = "photographed"
	Submitted    StepKind = "submitted"
	Abandoned    StepKind = "abandoned"
)

// StepKinds returns every kind of step, in the usual order of a case.
func StepKinds() []StepKind {
	return []StepKind{Opened, Authorized, Retrieved, Confirmed, Signed, Photographed, Submitted, Abandoned}
}

// ParseStepKind returns the kind that s names.
func ParseStepKind(s string) (StepKind, error) {
	for _, k := range StepKinds() {
		if string(k) == s {
			return k, nil
		}
	}
	return "", Refuse(Malformed, "unknown kind of step")
}

// Method is how the citizen authorized.
type Method string

// The methods: an eight-digit code told to the clerk; the QR on the signature
// pad answered on the phone; or paper originals shown at the counter, which need
// no phone, no centre and no grant, and after which nothing is retrieved.
const (
	ByCode  Method = "code"
	ByQR    Method = "qr"
	ByPaper Method = "paper"
)

// ReasonCode says why a case was abandoned or a photo skipped. It goes on the
// ledger, so it is one of a fixed list and never free text.
type ReasonCode string

// Reasons for abandoning a case.
const (
	ClerkGaveUp    ReasonCode = "clerk"
	CitizenRefused ReasonCode = "citizen-refused"
	CitizenLeft    ReasonCode = "citizen-left"
	TimedOut       ReasonCode = "timeout"
	GrantExpired   ReasonCode = "grant-expired"
	GrantRevoked   ReasonCode = "grant-revoked"
)

// Reasons for skipping the photo where the item allows it.
const (
	PhotoRefused  ReasonCode = "photo-refused"
	NoCamera      ReasonCode = "no-camera"
	PhotoNeedless ReasonCode = "photo-needless"
)

// AbandonReasons returns the reasons a case may be abandoned for.
func AbandonReasons() []ReasonCode {
	return []ReasonCode{ClerkGaveUp, CitizenRefused, CitizenLeft, TimedOut, GrantExpired, GrantRevoked}
}

// SkipReasons returns the reasons a photo may be skipped for.
func SkipReasons() []ReasonCode { return []ReasonCode{PhotoRefused, NoCamera, PhotoNeedless} }
